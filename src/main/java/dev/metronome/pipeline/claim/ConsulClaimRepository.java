package dev.metronome.pipeline.claim;

import dev.metronome.model.record.Assignment;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Claims as Camel's idempotent consumer sees them: {@code add} makes the claim. The body of the
 * exchange is the {@link Assignment}, its ModifyIndex is header {@value #INDEX}.
 *
 * <p>{@code remove} and {@code confirm} do nothing: a claim is ended by the transaction that
 * records the outcome, when the queue's item is acknowledged, and never taken back.
 */
public final class ConsulClaimRepository extends ServiceSupport implements IdempotentRepository {

  /** Header with the ModifyIndex of the assignment. */
  public static final String INDEX = "MetronomeItemIndex";

  private final Claims claims;
  private final BooleanSupplier clear;

  /**
   * @param clear whether the node may take a new task now
   */
  public ConsulClaimRepository(Claims claims, BooleanSupplier clear) {
    this.claims = claims;
    this.clear = clear;
  }

  @Override
  public boolean add(Exchange exchange, String key) {
    Assignment assignment = exchange.getMessage().getBody(Assignment.class);
    long index = exchange.getMessage().getHeader(INDEX, 0L, Long.class);
    if (assignment == null || !Claims.id(assignment).equals(key)) {
      throw new IllegalArgumentException(
          "only an assignment can be claimed, by its EVENT_ID.NO, not " + key);
    }
    try {
      return clear.getAsBoolean() && claims.take(assignment, index);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public boolean contains(String key) {
    return claims.attempt(key).isPresent();
  }

  @Override
  public boolean add(String key) {
    throw new IllegalArgumentException("a claim needs the exchange that carries its assignment");
  }

  @Override
  public boolean remove(String key) {
    return false;
  }

  @Override
  public boolean confirm(String key) {
    return contains(key);
  }

  @Override
  public void clear() {
    // claims are ended by their outcome only
  }
}
