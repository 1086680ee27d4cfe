/** Memory that is handed out uncleared holds NaN in every test, so that whoever reads it before writing is noticed. */
const uncleared = Buffer.allocUnsafeSlow;
Buffer.allocUnsafeSlow = (bytes) => uncleared(bytes).fill(0xff);
