import { adversarialOrders } from "./p13-adversarial-orders.ts";

export default adversarialOrders("p13-adversarial-orders-to-32", [4, 8, 16, 32], { quick: null, full: { seeds: 12, controlSeeds: 2 } });
