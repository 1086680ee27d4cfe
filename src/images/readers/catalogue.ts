/** The three datasets: classes, official numbers, and what their makers say. */

export const datasetNames = ["mnist", "cifar10", "svhn"] as const;
export type DatasetName = (typeof datasetNames)[number];

export interface DatasetWords {
  title: string;
  /** Name of each class, in the order of the labels. */
  classNames: readonly string[];
  /** Images of the official splits. */
  official: { readonly train: number; readonly test: number };
  /** [C, H, W] of one image. */
  image: readonly [number, number, number];
  home: string;
  citation: string;
  licence: string;
}

const digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

export const catalogue: Readonly<Record<DatasetName, DatasetWords>> = {
  mnist: {
    title: "MNIST", classNames: digits, official: { train: 60000, test: 10000 }, image: [1, 28, 28],
    home: "http://yann.lecun.com/exdb/mnist/",
    citation: 'Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: "Gradient-based learning applied to document recognition", Proceedings of the IEEE 86(11), 1998.',
    licence: "made by Yann LeCun, Corinna Cortes and Christopher J. C. Burges; its page names no licence, copies elsewhere say CC BY-SA 3.0",
  },
  cifar10: {
    title: "CIFAR-10", classNames: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"], official: { train: 50000, test: 10000 }, image: [3, 32, 32],
    home: "https://www.cs.toronto.edu/~kriz/cifar.html",
    citation: 'A. Krizhevsky: "Learning Multiple Layers of Features from Tiny Images", technical report, University of Toronto, 2009.',
    licence: "made by Alex Krizhevsky, Vinod Nair and Geoffrey Hinton; no explicit licence, whoever uses it is asked to cite the report",
  },
  svhn: {
    title: "SVHN (cropped digits)", classNames: digits, official: { train: 73257, test: 26032 }, image: [3, 32, 32],
    home: "http://ufldl.stanford.edu/housenumbers/",
    citation: 'Y. Netzer, T. Wang, A. Coates, A. Bissacco, B. Wu, A. Y. Ng: "Reading Digits in Natural Images with Unsupervised Feature Learning", NIPS Workshop on Deep Learning and Unsupervised Feature Learning, 2011.',
    licence: "for non-commercial use only",
  },
};
