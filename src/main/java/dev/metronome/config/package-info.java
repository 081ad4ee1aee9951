/**
 * What Metronome is told to do: the catalogue of settings, and their effective values with where
 * each came from. {@link dev.metronome.config.Settings} is the only place that names a key; flags,
 * environment, files and documentation follow from it. Nothing here reads the process's environment
 * on its own, and no secret leaves it in a description or a message.
 */
package dev.metronome.config;
