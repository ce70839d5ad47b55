#include "clib/tally.h"

int tally(const char *text, char what) {
    int count = 0;
    for (; *text; text++) count += *text == what;
    return count;
}
