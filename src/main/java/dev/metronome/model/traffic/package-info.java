/**
 * When an event may begin, as task files say: by the calendar ({@link
 * dev.metronome.model.traffic.Cron}), in windows, in lanes.
 */
package dev.metronome.model.traffic;
