#ifndef BROKERTAP_PRIVILEGES_H
#define BROKERTAP_PRIVILEGES_H

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Calls with a variable number of arguments cannot be made from Swift. */

static inline int brokertap_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL); }

/* Gives up every capability but those whose bits are set. */
static inline int brokertap_keep_capabilities(unsigned int bits) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
    if (syscall(SYS_capget, &header, data) != 0) return -1;
    data[0].effective &= bits;
    data[0].permitted &= bits;
    data[0].inheritable = 0;
    data[1].effective = data[1].permitted = data[1].inheritable = 0;
    return (int)syscall(SYS_capset, &header, data);
}

#endif
