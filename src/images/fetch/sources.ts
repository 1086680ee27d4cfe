/**
 * Where the official files are, how long they are, and their MD5.
 *
 * MD5 guards against damage and mix-ups, which is what the makers publish it for, not against somebody who forges files.
 * A mirror is only worth a try: what does not have the sum is thrown away.
 */
import type { DatasetName } from "../readers/catalogue.ts";

export interface RemoteFile {
  name: string;
  bytes: number;
  md5: string;
  /** Addresses of the folder it is in, tried in turn. */
  from: readonly string[];
}

/** A file of an archive, and the name it gets. */
export interface ArchiveEntry {
  entry: string;
  name: string;
  bytes: number;
}

export interface DatasetSource {
  files: readonly RemoteFile[];
  /** When the one file is a tar.gz: what is taken out of it. */
  entries?: readonly ArchiveEntry[];
}

const mnistAddresses = ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/", "http://yann.lecun.com/exdb/mnist/"];
const svhnAddresses = ["http://ufldl.stanford.edu/housenumbers/", "https://cseweb.ucsd.edu/~weijian/static/datasets/svhn/"];

export const sources: Readonly<Record<DatasetName, DatasetSource>> = {
  mnist: {
    files: [
      { name: "train-images-idx3-ubyte.gz", bytes: 9912422, md5: "f68b3c2dcbeaaa9fbdd348bbdeb94873", from: mnistAddresses },
      { name: "train-labels-idx1-ubyte.gz", bytes: 28881, md5: "d53e105ee54ea40749a09fcbcd1e9432", from: mnistAddresses },
      { name: "t10k-images-idx3-ubyte.gz", bytes: 1648877, md5: "9fb629c4189551a2d022fa330f9573f3", from: mnistAddresses },
      { name: "t10k-labels-idx1-ubyte.gz", bytes: 4542, md5: "ec29112dd5afa0611ce80d1b7f02629c", from: mnistAddresses },
    ],
  },
  cifar10: {
    files: [{ name: "cifar-10-binary.tar.gz", bytes: 170052171, md5: "c32a1d4ab5d03f1284b67883e8d87530", from: ["https://www.cs.toronto.edu/~kriz/", "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/"] }],
    entries: ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"].map((name) => ({ entry: `cifar-10-batches-bin/${name}`, name, bytes: 30730000 })),
  },
  svhn: {
    files: [
      { name: "train_32x32.mat", bytes: 182040794, md5: "e26dedcc434d2e4c54c9b2d4a06d8373", from: svhnAddresses },
      { name: "test_32x32.mat", bytes: 64275384, md5: "eb5a983be6a315427106f1b164d9cef3", from: svhnAddresses },
    ],
  },
};
