// SPDX-License-Identifier: BSD-3-Clause
//
// Who is connected, and who must make room. The cap is per uid, so that no
// account can use up the places of another; at the cap, a connection that has
// not even sent BEGIN goes first, so that holding sockets open does not keep
// anybody out (hostile input 38).
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>

#include "agent/server/wire_connection.h"

namespace mfa {

class ConnectionTable : public std::enable_shared_from_this<ConnectionTable> {
 private:
  enum class State { silent, begun, leaving };
  struct Entry {
    std::weak_ptr<WireConnection> connection;
    State state = State::silent;
  };
  using Entries = std::list<Entry>;

 public:
  ConnectionTable(std::size_t root_limit, std::size_t user_limit)
      : root_limit_(root_limit), user_limit_(user_limit) {}

  // A place in the table; leaves it when destroyed. Keeps the table alive:
  // connections still under way end only with the event loop.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept;
    Place& operator=(Place&&) = delete;
    ~Place();
    explicit operator bool() const { return table_ != nullptr; }
    // The peer has sent BEGIN: it keeps its place.
    void begun();

   private:
    friend class ConnectionTable;
    std::shared_ptr<ConnectionTable> table_;
    std::uint32_t uid_ = 0;
    Entries::iterator entry_;
  };

  // An empty place when the uid has reached its cap.
  Place enter(std::uint32_t uid, const std::shared_ptr<WireConnection>& peer);

  std::size_t size() const { return size_; }
  void stop_all();

 private:
  struct Account {
    Entries silent;   // no BEGIN yet, oldest first
    Entries begun;    // in a dialog
    Entries leaving;  // dropped to make room; no longer counted
    std::size_t counted() const { return silent.size() + begun.size(); }
    bool is_empty() const { return counted() == 0 && leaving.empty(); }
    Entries& list_of(State state);
  };

  std::size_t root_limit_;
  std::size_t user_limit_;
  std::size_t size_ = 0;
  std::map<std::uint32_t, Account> accounts_;
};

}  // namespace mfa
