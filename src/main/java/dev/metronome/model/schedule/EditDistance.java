package dev.metronome.model.schedule;

/**
 * How far two words are apart: the least number of letters inserted, deleted, replaced or swapped
 * with their neighbour that makes one of the other, none of them touched twice (optimal string
 * alignment).
 */
final class EditDistance {

  private EditDistance() {}

  /** Time and memory grow with the product of both lengths. */
  static int of(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(int[][] cost, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int replaced = cost[i - 1][j - 1] + (same ? 0 : 1);
    int best = Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, replaced);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
