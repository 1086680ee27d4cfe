export {}; console.log("hi");
