/**
 * The demo: a cluster of four nodes with an embedded Consul in this one process, and one event that
 * goes through it. Nothing of it outlives {@link dev.metronome.demo.Demo#close}: no port, no
 * thread, no file. What it runs is the product as it is: agents, routes and a task file.
 */
package dev.metronome.demo;
