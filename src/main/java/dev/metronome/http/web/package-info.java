/**
 * What a browser gets that is no data: the web page at {@code /}, and files of the jar for whoever
 * has some to show. They go out in pieces; nothing here reads a request's body, or Consul.
 */
package dev.metronome.http.web;
