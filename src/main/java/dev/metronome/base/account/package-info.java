/**
 * The accounts of this machine, and what may be believed of a file because of who owns it and who
 * may write it. Reads the machine's own databases and asks nobody else; knows nothing of settings,
 * tasks or Consul. What cannot be told is never taken for harmless.
 */
package dev.metronome.base.account;
