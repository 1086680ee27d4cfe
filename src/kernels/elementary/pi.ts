/** Constants of the reduction by pi/2, from mpmath (test/fixtures/elementary/generate.py --constants prints them). */

/** pi/2 as three parts of 33 bits and the rest, so that n times a part is exact for |n| < 2^20. */
export const HALF_PI_PARTS = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32] as const;

/** pi/2 as a pair of doubles. */
export const HALF_PI = 1.5707963267948966;
export const HALF_PI_LOW = 6.123233995736766e-17;

/** How many bits of 2/pi follow. */
export const TWO_OVER_PI_BITS = 1216;

/** 2/pi times 2^1216, rounded down: enough for the largest double, whose last bit is worth 2^971. */
export const TWO_OVER_PI = BigInt("0x" +
  "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1d" +
  "eb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b" +
  "5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b" +
  "6bab");
