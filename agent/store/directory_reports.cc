// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/directory_reports.h"

#include "agent/store/limits.h"
#include "agent/store/transaction.h"

namespace mfa {

void queue_directory_report(Transaction& transaction,
                            const DirectoryReport& report) {
  transaction.database
      .statement(
          "INSERT INTO directory_reports "
          "(person_id, action, risk_stamp, happened) "
          "SELECT ?, ?, ?, ? "
          "WHERE (SELECT count(*) FROM directory_reports) < ? "
          "ON CONFLICT (person_id, action, risk_stamp) DO NOTHING")
      .with(report.person_id, report.action, report.risk_stamp,
            transaction.now.wall, kMaxDirectoryReports)
      .run();
}

std::vector<DirectoryReport> load_directory_reports(Transaction& transaction) {
  Statement query = transaction.database.statement(
      "SELECT id, person_id, action, risk_stamp, happened "
      "FROM directory_reports ORDER BY id");
  std::vector<DirectoryReport> reports;
  while (query.next()) {
    const auto action = static_cast<DirectoryReport::Action>(query.integer(2));
    reports.push_back({query.integer(0), query.text(1), action, query.text(3),
                       query.instant(4)});
  }
  return reports;
}

bool drop_directory_report(Transaction& transaction, std::int64_t id) {
  transaction.database.statement("DELETE FROM directory_reports WHERE id = ?")
      .with(id)
      .run();
  return transaction.database.changes() > 0;
}

}  // namespace mfa
