// SPDX-License-Identifier: GPL-3.0-or-later
#include "turso/workspace/demo.h"

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace Turso::Embedded
{

namespace
{

constexpr char kTables[] = R"sql(
CREATE TABLE customers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    city TEXT NOT NULL,
    country TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE products (
    id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    price_cents INTEGER NOT NULL CHECK (price_cents > 0),
    stock INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    status TEXT NOT NULL CHECK (status IN ('paid', 'shipped', 'delivered', 'returned', 'cancelled')),
    placed_at TEXT NOT NULL,
    total_cents INTEGER NOT NULL,
    note TEXT
);
CREATE TABLE order_items (
    order_id INTEGER NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    product_id INTEGER NOT NULL REFERENCES products (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    price_cents INTEGER NOT NULL,
    PRIMARY KEY (order_id, line)
);
)sql";

// After the rows: the stock of the seed stands as it is, only later sales move it.
constexpr char kRest[] = R"sql(
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE INDEX orders_by_time ON orders (placed_at);
CREATE INDEX order_items_by_product ON order_items (product_id);
CREATE VIEW monthly_revenue AS
    SELECT substr(placed_at, 1, 7) AS month, count(*) AS orders, sum(total_cents) AS revenue_cents
    FROM orders WHERE status NOT IN ('returned', 'cancelled') GROUP BY month;
CREATE TRIGGER stock_after_sale AFTER INSERT ON order_items BEGIN
    UPDATE products SET stock = stock - NEW.quantity WHERE id = NEW.product_id;
END;
CREATE TRIGGER stock_after_removal AFTER DELETE ON order_items BEGIN
    UPDATE products SET stock = stock + OLD.quantity WHERE id = OLD.product_id;
END;
)sql";

constexpr int kCustomers = 320;
constexpr int kOrders = 2400;

constexpr std::string_view kFirst[]
    = {"Amara", "Ben",  "Chiara", "Daniel", "Elif",   "Farid", "Grace", "Hugo",  "Ines", "Jonas",
       "Keiko", "Liam", "Mei",    "Noah",   "Olivia", "Pavel", "Qiana", "Rosa",  "Sven", "Tara",
       "Umar",  "Vera", "Willem", "Xenia",  "Yusuf",  "Zoë",   "Søren", "Łucja", "José", "Anaïs"};
constexpr std::string_view kLast[]
    = {"Andersen", "Bianchi", "Costa",    "Dubois",    "Eriksson", "Fischer",  "García",  "Haddad",
       "Ivanova",  "Jansen",  "Kowalski", "Lindqvist", "Müller",   "Nakamura", "O'Brien", "Patel",
       "Quinn",    "Rossi",   "Schmidt",  "Tanaka",    "Ueda",     "Vasquez",  "Weber",   "Yilmaz"};

struct Place {
    std::string_view city;
    std::string_view country;
};
constexpr Place kPlaces[] = {
    {"Berlin", "DE"}, {"Hamburg", "DE"}, {"München", "DE"}, {"Paris", "FR"},     {"Lyon", "FR"},
    {"Madrid", "ES"}, {"Milano", "IT"},  {"Kraków", "PL"},  {"Amsterdam", "NL"}, {"Oslo", "NO"},
    {"Lisboa", "PT"}, {"Dublin", "IE"},  {"Wien", "AT"},    {"Zürich", "CH"},    {"London", "GB"}};

struct Line {
    std::string_view category;
    std::string_view code;
    std::array<std::string_view, 6> names;
    int cheapest;
};
constexpr Line kLines[] = {{"coffee",
                            "COF",
                            {"House Blend 250 g", "Single Origin Ethiopia 250 g", "Decaf 250 g",
                             "Espresso Roast 1 kg", "Filter Roast 1 kg", "Cold Brew Bags"},
                            790},
                           {"tea",
                            "TEA",
                            {"Earl Grey 100 g", "Sencha 100 g", "Peppermint 50 g", "Assam 250 g",
                             "Rooibos 100 g", "Oolong 100 g"},
                            540},
                           {"brewing",
                            "BRW",
                            {"Pour-over Dripper", "French Press 0.8 l", "Moka Pot 6 cups",
                             "Paper Filters (100)", "Gooseneck Kettle", "Travel Press"},
                            690},
                           {"grinders",
                            "GRD",
                            {"Hand Grinder Mini", "Hand Grinder Pro", "Burr Grinder Home",
                             "Burr Grinder Office", "Cleaning Brush", "Spare Burrs"},
                            890},
                           {"cups",
                            "CUP",
                            {"Espresso Cup", "Cappuccino Cup", "Mug, speckled", "Mug, cobalt",
                             "Glass, double wall", "Travel Mug"},
                            950},
                           {"machines",
                            "MCH",
                            {"Espresso Machine One", "Espresso Machine Two", "Drip Machine",
                             "Milk Frother", "Descaler 500 ml", "Water Filter"},
                            1290},
                           {"books",
                            "BOK",
                            {"The Coffee Atlas", "Tea at Home", "Latte Art in 30 Days",
                             "Roasting for Everyone", "A Year in Cups", "Recipes with Espresso"},
                            1490},
                           {"gifts",
                            "GFT",
                            {"Gift Card 25", "Tasting Box Coffee", "Tasting Box Tea",
                             "Starter Set Filter", "Starter Set Espresso", "Advent Calendar"},
                            2500}};
constexpr int kProducts = 48;

/// SplitMix64: the standard library's distributions differ between implementations, this does not.
class Dice
{
public:
    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    int below(int count) { return static_cast<int>(next() % static_cast<std::uint64_t>(count)); }

private:
    std::uint64_t m_state = 20260630;
};

/// Days of 1970 to a civil date (proleptic Gregorian calendar).
std::string timeText(std::int64_t seconds)
{
    const std::int64_t days = seconds / 86400;
    const std::int64_t z = days + 719468;
    const std::int64_t era = z / 146097;
    const std::int64_t dayOfEra = z - era * 146097;
    const std::int64_t yearOfEra
        = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t shifted = (5 * dayOfYear + 2) / 153;
    const int day = static_cast<int>(dayOfYear - (153 * shifted + 2) / 5 + 1);
    const int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
    const int year = static_cast<int>(yearOfEra + era * 400 + (month <= 2 ? 1 : 0));
    const int rest = static_cast<int>(seconds % 86400);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day,
                  rest / 3600, rest / 60 % 60, rest % 60);
    return text;
}

struct Finalizer {
    void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};

/// One INSERT, run many times.
class Inserter
{
public:
    Inserter(sqlite3 *db, const char *sql)
    {
        sqlite3_stmt *statement = nullptr;
        sqlite3_prepare_v2(db, sql, -1, &statement, nullptr);
        m_statement.reset(statement);
    }
    Inserter &add(std::int64_t value)
    {
        sqlite3_bind_int64(m_statement.get(), ++m_at, value);
        return *this;
    }
    Inserter &add(std::string_view text)
    {
        sqlite3_bind_text(m_statement.get(), ++m_at, text.data(), static_cast<int>(text.size()),
                          SQLITE_TRANSIENT);
        return *this;
    }
    Inserter &addNothing()
    {
        sqlite3_bind_null(m_statement.get(), ++m_at);
        return *this;
    }
    bool run()
    {
        m_at = 0;
        const bool done = sqlite3_step(m_statement.get()) == SQLITE_DONE;
        sqlite3_reset(m_statement.get());
        return done;
    }

private:
    std::unique_ptr<sqlite3_stmt, Finalizer> m_statement;
    int m_at = 0;
};

// The year that the shop tells of: 2025-07-01 to 2026-06-30, both included.
constexpr std::int64_t kBegin = 1751328000;
constexpr std::int64_t kYear = std::int64_t{365} * 86400;

bool addCustomers(sqlite3 *db, Dice &dice)
{
    Inserter insert(db, "INSERT INTO customers VALUES(?, ?, ?, ?, ?, ?)");
    bool done = true;
    for (int i = 0; i < kCustomers && done; ++i) {
        const std::string_view first = kFirst[static_cast<std::size_t>(i) % std::size(kFirst)];
        const std::string_view last
            = kLast[static_cast<std::size_t>(dice.below(static_cast<int>(std::size(kLast))))];
        const Place &place
            = kPlaces[static_cast<std::size_t>(dice.below(static_cast<int>(std::size(kPlaces))))];
        const std::string email = "customer" + std::to_string(i + 1) + "@example.com";
        const std::int64_t since
            = kBegin - 86400 * std::int64_t{dice.below(700)} + dice.below(86400);
        done = insert.add(i + 1)
                   .add(std::string(first) + ' ' + std::string(last))
                   .add(email)
                   .add(place.city)
                   .add(place.country)
                   .add(timeText(since))
                   .run();
    }
    return done;
}

bool addProducts(sqlite3 *db, Dice &dice, std::vector<std::int64_t> &prices)
{
    Inserter insert(db, "INSERT INTO products VALUES(?, ?, ?, ?, ?, ?)");
    bool done = true;
    int id = 0;
    for (const Line &line : kLines) {
        for (std::size_t i = 0; i < line.names.size() && done; ++i) {
            const std::int64_t price
                = line.cheapest + 100 * static_cast<std::int64_t>(i) * (1 + dice.below(9));
            prices.push_back(price);
            const std::string sku = std::string(line.code) + '-' + std::to_string(100 + i);
            done = insert.add(++id)
                       .add(sku)
                       .add(line.names[i])
                       .add(line.category)
                       .add(price)
                       .add(20 + dice.below(480))
                       .run();
        }
    }
    return done;
}

std::string_view statusOf(std::int64_t placed, Dice &dice)
{
    const int roll = dice.below(100);
    if (roll < 3)
        return "cancelled";
    if (roll < 8)
        return "returned";
    const std::int64_t daysLeft = (kBegin + kYear - placed) / 86400;
    return daysLeft < 2 ? "paid" : daysLeft < 6 ? "shipped" : "delivered";
}

bool addOrders(sqlite3 *db, Dice &dice, const std::vector<std::int64_t> &prices)
{
    Inserter order(db, "INSERT INTO orders VALUES(?, ?, ?, ?, ?, ?)");
    Inserter item(db, "INSERT INTO order_items VALUES(?, ?, ?, ?, ?)");
    static constexpr std::string_view kNotes[]
        = {"Please ring twice", "Gift wrap", "Leave at the neighbour's", "Invoice to the office"};
    bool done = true;
    for (int id = 1; id <= kOrders && done; ++id) {
        const std::int64_t slot = kYear / kOrders;
        const std::int64_t placed = kBegin + (id - 1) * slot + dice.below(static_cast<int>(slot));
        const int lines = 1 + dice.below(4);
        const int customer = 1 + dice.below(dice.below(3) == 0 ? 40 : kCustomers);
        std::int64_t total = 0;
        for (int line = 1; line <= lines && done; ++line) {
            const int product = dice.below(kProducts);
            const int quantity = 1 + dice.below(3);
            const std::int64_t price = prices[static_cast<std::size_t>(product)];
            total += price * quantity;
            done = item.add(id).add(line).add(product + 1).add(quantity).add(price).run();
        }
        order.add(id).add(customer).add(statusOf(placed, dice)).add(timeText(placed)).add(total);
        if (const int roll = dice.below(40); roll < 4)
            order.add(kNotes[static_cast<std::size_t>(roll)]);
        else
            order.addNothing();
        done = done && order.run();
    }
    return done;
}

} // namespace

bool fillDemo(sqlite3 *db)
{
    const auto execute = [db](const char *sql) {
        return sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    };
    Dice dice;
    std::vector<std::int64_t> prices;
    return execute(kTables) && addCustomers(db, dice) && addProducts(db, dice, prices)
        && addOrders(db, dice, prices) && execute(kRest);
}

} // namespace Turso::Embedded
