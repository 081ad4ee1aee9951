package dev.metronome.bench;

import java.io.IOException;
import java.util.List;

/** Measures some rows of the table. */
interface Probe {

  List<Figure> measure(Lab lab) throws IOException, InterruptedException;
}
