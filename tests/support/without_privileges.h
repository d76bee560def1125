#pragma once
#include <cstdlib>
#include <unistd.h>

namespace test {

/// While it lives, the permissions of files count for root, too, who else may write everything.
class WithoutPrivileges {
public:
    WithoutPrivileges() : user_(geteuid()) {
        if (user_ == 0 && seteuid(65534) != 0) std::abort();
    }
    ~WithoutPrivileges() {
        if (seteuid(user_) != 0) std::abort();
    }
    WithoutPrivileges(const WithoutPrivileges&) = delete;
    WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;

private:
    uid_t user_;
};

} // namespace test
