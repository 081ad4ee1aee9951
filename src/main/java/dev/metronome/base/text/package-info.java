/** Words and how near they are to each other. Nothing here knows what a word stands for. */
package dev.metronome.base.text;
