// SPDX-License-Identifier: BSD-3-Clause
//
// SQLite without its ceremony: one connection, one thread.
//
// Failures are sticky. The first call that SQLite refuses is remembered;
// until take_failure() every later statement does nothing, returns no row and
// default values. So the typed functions on top read like the rules they
// carry out, and the writer asks one question after each operation: did
// anything fail? Whatever was computed after a failure is thrown away there.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "agent/base/clock.h"
#include "agent/base/result.h"

namespace mfa {

struct Blob {
  std::string_view bytes;
};

// What a failure means for the store as a whole.
enum class FailureKind {
  operation,  // this one operation breaks a rule of the database
  temporary,  // nothing was written; may work again (no room, no memory)
  broken,     // what is on disk is unknown: stop
};

struct DatabaseFailure {
  int code = SQLITE_OK;  // extended result code
  int system_errno = 0;
  std::string message;

  FailureKind kind() const;
  bool says_damaged() const;  // the content of the file, not the disk
};

class Statement;

class Database {
 public:
  // Opens an existing file that is no symbolic link. Closing leaves the files
  // as they are unless checkpoint_on_close(true) was called: a database that
  // fails its checks is evidence, and stays as it was found.
  enum class Access {
    read_write,
    read_only,
    scratch,  // dropped as a whole when anything fails: may go without journal
  };
  static Result<std::unique_ptr<Database>> open(
      const std::string& path, Access access = Access::read_write);
  // Where every connection of the process puts what it cannot hold in memory
  // (sorting, temporary tables). Call it while no statement runs.
  static void keep_temporary_files_in(const std::string& folder);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Prepared once, kept for the next time. `sql` is a literal.
  Statement statement(const char* sql);
  // A script without parameters or results.
  void execute(const char* sql);
  // The first column of the first row of "PRAGMA ...".
  std::string pragma(const char* sql);

  std::int64_t changes() const;  // rows changed by the last statement
  bool in_transaction() const;
  bool is_read_only() const;
  void checkpoint_on_close(bool wanted);
  // How long a statement waits for a lock of another connection; 0 at first.
  void wait_for_locks(std::chrono::milliseconds longest);
  // Called again and again while statements run, also within a long one; it
  // must not use the database. What it returns that is no 0 is an errno, and
  // fails the statement.
  void while_working(std::function<int()> call);

  bool failed() const { return failure_.has_value(); }
  const std::optional<DatabaseFailure>& failure() const { return failure_; }
  // Hands the failure over, and works again.
  DatabaseFailure take_failure();
  const std::string& path() const { return path_; }

 private:
  friend class Statement;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  Database(sqlite3* handle, std::string path);
  void remember_failure(int code);
  static int call_while_working(void* database);

  sqlite3* handle_;
  std::string path_;
  std::map<const char*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
  std::optional<DatabaseFailure> failure_;
  std::function<int()> while_working_;
};

// One use of a prepared statement; ready for the next when it ends.
class Statement {
 public:
  Statement(Database& database, sqlite3_stmt* statement);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Parameters in order.
  template <class... Values>
  Statement& with(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
    return *this;
  }

  bool next();  // true: there is a row
  void run();   // to the end

  std::int64_t integer(int column) const;
  std::string text(int column) const;  // or the bytes of a blob
  // The same, until the next row.
  std::string_view view(int column) const;
  bool is_null(int column) const;
  Instant instant(int column) const;
  std::optional<Instant> optional_instant(int column) const;

 private:
  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view value);
  void bind(int index, const Blob& value);
  void bind(int index, Instant value);
  void bind(int index, std::chrono::microseconds value);
  void bind_null(int index);

  void bind(int index, const std::string& value) {
    bind(index, std::string_view(value));
  }
  template <class T>
  requires(std::is_integral_v<T> || std::is_enum_v<T>) void bind(int index,
                                                                 T value) {
    bind(index, static_cast<std::int64_t>(value));
  }
  template <class T>
  void bind(int index, const std::optional<T>& value) {
    if (value) {
      bind(index, *value);
    } else {
      bind_null(index);
    }
  }
  void check(int code);

  Database& database_;
  sqlite3_stmt* statement_;  // null after a failure
};

// Microseconds since 1970, as every time is stored.
std::int64_t to_stored(Instant instant);
Instant from_stored(std::int64_t microseconds);

}  // namespace mfa
