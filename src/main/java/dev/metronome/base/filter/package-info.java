/**
 * Consul's filter expressions ({@code Node.Meta.rack != "r9"}): what one says, and what is wrong
 * with one, by the grammar of its library go-bexpr. Nothing here asks Consul, and nothing fills a
 * stranger's text into an expression.
 */
package dev.metronome.base.filter;
