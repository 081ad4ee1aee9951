/**
 * Queues in Consul's KV, one key an item, in the order of their CreateIndex; and the Camel
 * component {@code consul-queue:} that puts into them and takes from them. What ends an item is the
 * queue's own transaction, never a read or a timer. Nothing here knows what is done with an item.
 */
package dev.metronome.pipeline.queue;
