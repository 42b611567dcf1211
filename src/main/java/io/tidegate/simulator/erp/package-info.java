/** The simulated tools: an ERP with invoices, orders and receipts, and tools for tests. */
@NullMarked
package io.tidegate.simulator.erp;

import org.jspecify.annotations.NullMarked;
