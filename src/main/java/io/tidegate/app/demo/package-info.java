/**
 * The demo: starts the simulator and the gateway as processes of their own, has invoices reconciled
 * over the HTTP API, and checks the result against the ledger. Imports the simulator.
 */
@NullMarked
package io.tidegate.app.demo;

import org.jspecify.annotations.NullMarked;
