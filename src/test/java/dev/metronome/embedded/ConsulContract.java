package dev.metronome.embedded;

import org.junit.jupiter.api.TestInstance;

/**
 * Every behaviour of Consul that the project relies on, spoken in raw HTTP. The real Consul is the
 * truth: where the two differ, the embedded one is wrong.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ConsulContract
    implements KeyValueContract,
        BlockingContract,
        TransactionContract,
        SessionContract,
        CheckContract,
        EventContract,
        CatalogContract,
        FilterContract {}
