import { standardOrders } from "./p13-standard-orders.ts";

export default standardOrders("p13-standard-orders-to-32", [4, 8, 16, 32], { quick: null, full: { seeds: 40, controlSeeds: 10 } });
