package io.tidegate.simulator.erp;

import static io.tidegate.simulator.erp.InvoiceFile.Case.*;

import io.tidegate.simulator.web.Jsons;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Makes the ERP's records, the same ones each time. Its main method writes {@code
 * src/main/resources/simulator/invoices.json}.
 */
final class InvoiceFile {
  static final Path PATH = Path.of("src/main/resources/simulator/invoices.json");

  /** What is the matter with an invoice. */
  enum Case {
    CLEAN,
    SMALL_VARIANCE,
    LARGE_VARIANCE,
    DUPLICATE,
    MISSING_ORDER,
    MISSING_RECEIPT,
    OTHER_CURRENCY,
    AMOUNT_NO_NUMBER,
    AMOUNT_NEGATIVE,
    DATE_ABSENT
  }

  static final Map<Case, Integer> COUNTS =
      new EnumMap<>(
          Map.of(
              CLEAN, 362,
              SMALL_VARIANCE, 54,
              LARGE_VARIANCE, 36,
              DUPLICATE, 14,
              MISSING_ORDER, 10,
              MISSING_RECEIPT, 12,
              OTHER_CURRENCY, 4,
              AMOUNT_NO_NUMBER, 3,
              AMOUNT_NEGATIVE, 3,
              DATE_ABSENT, 2));

  private static final List<String> NAMES =
      List.of(
          "Aldermoor Steel",
          "Brandt Werkzeuge",
          "Chandos Paper",
          "Delacroix Verre",
          "Eastfield Foods",
          "Fjordline Shipping",
          "Gamma Optics",
          "Hasegawa Kogyo",
          "Ibex Logistics",
          "Jura Montres",
          "Kestrel Fasteners",
          "Lindqvist Papper",
          "Moreau Textiles",
          "Nakamura Seiki",
          "Oakhurst Timber",
          "Petrov Bearings",
          "Quayside Marine",
          "Rossi Ceramiche",
          "Sakura Denki",
          "Tarn Chemicals",
          "Ulmer Kabel",
          "Valcourt Imprimerie",
          "Westbrook Tools",
          "Xenia Labs",
          "Yamato Glass",
          "Zuger Feinmechanik",
          "Ashdown Cables",
          "Bellini Pompe",
          "Corrib Plastics",
          "Dufour Emballage",
          "Elbe Hydraulik",
          "Falkirk Castings",
          "Grimsel Energie",
          "Harlow Print",
          "Inverness Wool",
          "Kobe Robotics",
          "Loire Semences",
          "Mersey Coatings",
          "Norden Lager",
          "Orbit Electronics");
  private static final List<String> CURRENCIES =
      List.of("EUR", "EUR", "EUR", "USD", "USD", "GBP", "CHF", "JPY");
  private static final List<String> ITEMS =
      List.of(
          "bolts M8",
          "copper wire",
          "packing foam",
          "gear wheel",
          "sensor",
          "solvent",
          "steel sheet",
          "bearing",
          "label roll",
          "pump seal",
          "circuit board",
          "glass pane",
          "timber beam",
          "cable");
  private static final List<String> ACCOUNTS =
      List.of("4000-materials", "4100-supplies", "4200-freight", "4300-services", "0400-equipment");

  private final Random random = new Random(20_260_101);
  private final List<Object> vendors = new ArrayList<>();
  private final List<Object> orders = new ArrayList<>();
  private final List<Object> receipts = new ArrayList<>();
  private final List<Invoice> invoices = new ArrayList<>();

  private record Vendor(String id, String name, String currency) {}

  private record Line(int line, int quantity, BigDecimal price) {
    BigDecimal total() {
      return price.multiply(BigDecimal.valueOf(quantity));
    }
  }

  private record Invoice(Case kind, Vendor vendor, Map<String, Object> json) {}

  public static void main(String[] args) throws IOException {
    Files.writeString(PATH, text());
  }

  static String text() {
    var file = new InvoiceFile();
    file.fill();
    return "{\"vendors\":[\n%s],\n\"orders\":[\n%s],\n\"receipts\":[\n%s],\n\"invoices\":[\n%s]}\n"
        .formatted(
            rows(file.vendors),
            rows(file.orders),
            rows(file.receipts),
            rows(file.invoices.stream().map(Invoice::json).toList()));
  }

  private static String rows(List<?> records) {
    return records.stream().map(Jsons::text).collect(Collectors.joining(",\n"));
  }

  private void fill() {
    var known = new ArrayList<Vendor>();
    for (int i = 0; i < NAMES.size(); i++) {
      var vendor = new Vendor("V-%02d".formatted(i + 1), NAMES.get(i), pick(CURRENCIES));
      known.add(vendor);
      vendors.add(Jsons.object("id", vendor.id, "name", vendor.name, "currency", vendor.currency));
    }
    for (var kind : cases()) {
      invoices.add(invoice(kind, pick(known)));
    }
  }

  /** All cases in an order that looks like none; duplicates come when there is what to repeat. */
  private List<Case> cases() {
    var cases = new ArrayList<Case>();
    COUNTS.forEach((kind, count) -> cases.addAll(Collections.nCopies(count, kind)));
    Collections.shuffle(cases, random);
    Collections.swap(cases, 0, cases.indexOf(CLEAN));
    return cases;
  }

  private Invoice invoice(Case kind, Vendor vendor) {
    int number = invoices.size() + 1;
    return kind == DUPLICATE ? duplicate(number) : fresh(kind, vendor, number);
  }

  private Invoice duplicate(int number) {
    var clean = invoices.stream().filter(invoice -> invoice.kind == CLEAN).toList();
    var first = pick(clean);
    var json = Jsons.object("id", "INV-%04d".formatted(number));
    first.json.forEach(json::putIfAbsent);
    json.put("same_number", List.of(String.valueOf(first.json.get("id"))));
    return new Invoice(DUPLICATE, first.vendor, json);
  }

  private Invoice fresh(Case kind, Vendor vendor, int number) {
    var ordered = lines(vendor.currency);
    var order = "PO-%05d".formatted(10_000 + number);
    var day = LocalDate.of(2026, 1, 5).plusDays(random.nextInt(160));
    boolean byQuantity = kind == LARGE_VARIANCE && random.nextBoolean();
    if (kind != MISSING_ORDER) {
      orders.add(
          order(order, vendor, kind == OTHER_CURRENCY ? other(vendor) : vendor.currency, ordered));
    }
    if (kind != MISSING_RECEIPT && kind != MISSING_ORDER) {
      receipts.add(receipt(number, order, day, byQuantity ? shortOf(ordered) : ordered));
    }
    var billed =
        switch (kind) {
          case SMALL_VARIANCE -> dearer(ordered, 5 + random.nextInt(850), vendor.currency);
          case LARGE_VARIANCE ->
              byQuantity
                  ? ordered
                  : dearer(ordered, 1_250 + random.nextInt(18_000), vendor.currency);
          default -> ordered;
        };
    var amount = billed.stream().map(Line::total).reduce(BigDecimal.ZERO, BigDecimal::add);
    var date = day.plusDays(3 + random.nextInt(9));
    var json =
        Jsons.object(
            "id",
            "INV-%04d".formatted(number),
            "number",
            "%s-%d".formatted(vendor.id.substring(2), 26_000 + number),
            "vendor",
            vendor.id,
            "vendor_name",
            vendor.name,
            "order",
            order,
            "date",
            kind == DATE_ABSENT ? null : date.toString(),
            "due",
            date.plusDays(30).toString(),
            "currency",
            vendor.currency,
            "amount",
            amount(kind, amount),
            "lines",
            billed.stream().map(InvoiceFile::shown).toList());
    return new Invoice(kind, vendor, json);
  }

  private static Object amount(Case kind, BigDecimal amount) {
    return switch (kind) {
      case AMOUNT_NO_NUMBER -> "see attachment";
      case AMOUNT_NEGATIVE -> amount.negate();
      default -> amount;
    };
  }

  private List<Line> lines(String currency) {
    var lines = new ArrayList<Line>();
    for (int line = 1; line <= 1 + random.nextInt(3); line++) {
      lines.add(new Line(line, 4 + random.nextInt(117), price(currency)));
    }
    return lines;
  }

  private BigDecimal price(String currency) {
    return currency.equals("JPY")
        ? BigDecimal.valueOf(300L + random.nextInt(9_000))
        : BigDecimal.valueOf(250L + random.nextInt(29_000), 2);
  }

  /** The first line dearer, so that the whole is dearer by about so much. */
  private static List<Line> dearer(List<Line> lines, int by, String currency) {
    var first = lines.getFirst();
    int scale = currency.equals("JPY") ? 0 : 2;
    var more =
        BigDecimal.valueOf(by)
            .divide(BigDecimal.valueOf(first.quantity), scale, RoundingMode.CEILING);
    var changed = new ArrayList<>(lines);
    changed.set(0, new Line(first.line, first.quantity, first.price.add(more)));
    return changed;
  }

  /** What was received when goods for well over a thousand did not come. */
  private static List<Line> shortOf(List<Line> lines) {
    var received = new ArrayList<Line>();
    var missing = BigDecimal.ZERO;
    for (var line : lines) {
      int left = line.quantity;
      while (left > 0 && missing.compareTo(BigDecimal.valueOf(1_100)) < 0) {
        left--;
        missing = missing.add(line.price);
      }
      received.add(new Line(line.line, left, line.price));
    }
    return received;
  }

  private Object order(String id, Vendor vendor, String currency, List<Line> lines) {
    var shown =
        lines.stream()
            .map(
                line ->
                    Jsons.object(
                        "line", line.line,
                        "item", pick(ITEMS),
                        "quantity", line.quantity,
                        "price", line.price))
            .toList();
    return Jsons.object(
        "id", id,
        "vendor", vendor.id,
        "currency", currency,
        "account", pick(ACCOUNTS),
        "lines", shown);
  }

  private static Object receipt(int number, String order, LocalDate day, List<Line> lines) {
    var shown =
        lines.stream().map(l -> Jsons.object("line", l.line, "quantity", l.quantity)).toList();
    return Jsons.object(
        "id",
        "GR-%05d".formatted(40_000 + number),
        "order",
        order,
        "date",
        day.toString(),
        "lines",
        shown);
  }

  private static Object shown(Line line) {
    return Jsons.object("line", line.line, "quantity", line.quantity, "price", line.price);
  }

  private static String other(Vendor vendor) {
    return vendor.currency.equals("USD") ? "EUR" : "USD";
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
