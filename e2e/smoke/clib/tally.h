#ifndef CLIB_TALLY_H
#define CLIB_TALLY_H

/* Returns how many bytes of text are equal to what. */
int tally(const char *text, char what);

#endif
