// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/database.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace mfa {
namespace {

// SQLITE_TRANSIENT: SQLite copies what is bound.
const auto kCopied =
    reinterpret_cast<sqlite3_destructor_type>(std::intptr_t{-1});

// Instructions of SQLite's machine: a few milliseconds.
constexpr int kStepsBetweenCalls = 10'000;

bool is_out_of_room(int system_errno) {
  return system_errno == ENOSPC || system_errno == EDQUOT ||
         system_errno == EFBIG;
}

// sqlite3_system_errno() knows nothing of a failed COMMIT, so the log itself is
// asked. 0: unknown.
int errno_of_log(sqlite3* handle) {
  sqlite3_file* log = nullptr;
  int value = 0;
  sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (!log || !log->pMethods) return 0;
  log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &value);
  return value;
}

}  // namespace

FailureKind DatabaseFailure::kind() const {
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_NOMEM:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return FailureKind::temporary;
    case SQLITE_IOERR:
      // A refused write changed nothing; a failed sync is another matter: the
      // kernel may have dropped the pages, and trying again would lie.
      return code == SQLITE_IOERR_WRITE && is_out_of_room(system_errno)
                 ? FailureKind::temporary
                 : FailureKind::broken;
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
    case SQLITE_ERROR:
      return FailureKind::operation;
    default:
      return FailureKind::broken;
  }
}

bool DatabaseFailure::says_damaged() const {
  const int primary = code & 0xff;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB ||
         // What no statement of ours brings about on tables of ours.
         primary == SQLITE_ERROR;
}

void Database::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Database::Database(sqlite3* handle, std::string path)
    : handle_(handle), path_(std::move(path)) {}

Database::~Database() {
  statements_.clear();
  sqlite3_close(handle_);
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path,
                                                 Access access) {
  sqlite3* handle = nullptr;
  const int mode = access == Access::read_only ? SQLITE_OPEN_READONLY
                                               : SQLITE_OPEN_READWRITE;
  const int code = sqlite3_open_v2(
      path.c_str(), &handle,
      mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE,
      nullptr);
  std::unique_ptr<Database> database(new Database(handle, path));
  if (code != SQLITE_OK) {
    return error(ErrorKind::unavailable,
                 fmt::format("{}: cannot be opened: {}", path,
                             handle ? sqlite3_errmsg(handle) : "no memory"));
  }
  database->checkpoint_on_close(false);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE,
                    access == Access::scratch ? 0 : 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  return database;
}

void Database::keep_temporary_files_in(const std::string& folder) {
  sqlite3_initialize();
  sqlite3_free(std::exchange(sqlite3_temp_directory,
                             sqlite3_mprintf("%s", folder.c_str())));
}

Statement Database::statement(const char* sql) {
  if (failed()) return Statement(*this, nullptr);
  auto& prepared = statements_[sql];
  if (!prepared) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(
        handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    prepared.reset(statement);
    if (code != SQLITE_OK) remember_failure(code);
  }
  return Statement(*this, prepared.get());
}

void Database::execute(const char* sql) {
  if (failed()) return;
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) remember_failure(code);
}

std::string Database::pragma(const char* sql) {
  Statement query = statement(sql);
  return query.next() ? query.text(0) : "";
}

std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

bool Database::is_read_only() const {
  return sqlite3_db_readonly(handle_, "main") != 0;
}

void Database::checkpoint_on_close(bool wanted) {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, wanted ? 0 : 1,
                    nullptr);
}

void Database::wait_for_locks(std::chrono::milliseconds longest) {
  sqlite3_busy_timeout(handle_, static_cast<int>(longest.count()));
}

void Database::while_working(std::function<int()> call) {
  while_working_ = std::move(call);
  sqlite3_progress_handler(handle_, kStepsBetweenCalls, call_while_working,
                           this);
}

int Database::call_while_working(void* database) {
  auto& self = *static_cast<Database*>(database);
  const int failed = self.while_working_();
  if (failed == 0) return 0;
  self.failure_ =
      DatabaseFailure{SQLITE_IOERR_FSYNC, failed,
                      fmt::format("{}: {}", self.path_, std::strerror(failed))};
  return 1;
}

void Database::remember_failure(int code) {
  if (failure_) return;
  const bool is_io = (code & 0xff) == SQLITE_IOERR;
  const int system_errno = is_io ? errno_of_log(handle_) : 0;
  std::string message = fmt::format("{}: {} (SQLite error {})", path_,
                                    sqlite3_errmsg(handle_), code);
  if (system_errno != 0) {
    message += fmt::format(": {}", std::strerror(system_errno));
  }
  failure_ = DatabaseFailure{code, system_errno, std::move(message)};
}

DatabaseFailure Database::take_failure() {
  return std::exchange(failure_, std::nullopt).value_or(DatabaseFailure{});
}

Statement::Statement(Database& database, sqlite3_stmt* statement)
    : database_(database), statement_(statement) {}

Statement::~Statement() {
  if (!statement_) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Statement::check(int code) {
  if (code != SQLITE_OK) database_.remember_failure(code);
}

bool Statement::next() {
  if (!statement_ || database_.failed()) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.remember_failure(code);
  return false;
}

void Statement::run() {
  while (next()) {
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Statement::text(int column) const {
  return std::string(view(column));
}

std::string_view Statement::view(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (!bytes) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Instant Statement::instant(int column) const {
  return from_stored(integer(column));
}

std::optional<Instant> Statement::optional_instant(int column) const {
  if (is_null(column)) return std::nullopt;
  return instant(column);
}

void Statement::bind(int index, std::int64_t value) {
  if (statement_) check(sqlite3_bind_int64(statement_, index, value));
}

void Statement::bind(int index, std::string_view value) {
  if (!statement_) return;
  // A null pointer would be bound as NULL, not as "".
  const char* bytes = value.data() ? value.data() : "";
  check(sqlite3_bind_text64(statement_, index, bytes, value.size(), kCopied,
                            SQLITE_UTF8));
}

void Statement::bind(int index, const Blob& value) {
  if (!statement_) return;
  check(sqlite3_bind_blob64(statement_, index, value.bytes.data(),
                            value.bytes.size(), kCopied));
}

void Statement::bind(int index, Instant value) {
  bind(index, to_stored(value));
}

void Statement::bind(int index, std::chrono::microseconds value) {
  bind(index, std::int64_t{value.count()});
}

void Statement::bind_null(int index) {
  if (statement_) check(sqlite3_bind_null(statement_, index));
}

std::int64_t to_stored(Instant instant) {
  return instant.time_since_epoch().count();
}

Instant from_stored(std::int64_t microseconds) {
  return Instant(std::chrono::microseconds(microseconds));
}

}  // namespace mfa
