// SoftHSM as it is, but for signatures: while the file that SEGL_TOKEN_HANGS names is there, none is made.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long CK_RV;
typedef CK_RV (*sign_t)(unsigned long, void *, unsigned long, void *, unsigned long *);

// CK_FUNCTION_LIST of PKCS #11 v2.40: a version, and 68 functions.
enum { FUNCTIONS = 68 };
static struct {
    unsigned char version[8];
    void *function[FUNCTIONS];
} list;
static sign_t softhsm_sign;

static CK_RV sign(unsigned long session, void *data, unsigned long length, void *value, unsigned long *value_length) {
    const char *file = getenv("SEGL_TOKEN_HANGS");
    while (value && file && access(file, F_OK) == 0) usleep(100000);
    return softhsm_sign(session, data, length, value, value_length);
}

CK_RV C_GetFunctionList(void **answer) {
    void *library = dlopen("/usr/lib/softhsm/libsofthsm2.so", RTLD_NOW | RTLD_LOCAL);
    if (!library) return 5;
    void *theirs;
    CK_RV code = ((CK_RV(*)(void **))dlsym(library, "C_GetFunctionList"))(&theirs);
    if (code) return code;
    memcpy(&list, theirs, sizeof list);
    softhsm_sign = (sign_t)dlsym(library, "C_Sign");
    for (int i = 0; i < FUNCTIONS; i++)
        if (list.function[i] == (void *)softhsm_sign) list.function[i] = (void *)sign;
    *answer = &list;
    return 0;
}
