import { expect, test } from "vitest";
import { readOrder, withMoved, withShown, writeOrder } from "./columnOrder";

const usual = [
  { id: "name", shown: true },
  { id: "age", shown: true },
  { id: "upn", shown: false },
];
const ids = (order: ReadonlyArray<{ id: string }>) => order.map((column) => column.id).join(" ");

test("an order is read as it was written", () => {
  const order = withShown(withMoved(withShown(usual, "upn", true), "upn", 0), "age", false);
  expect(writeOrder(order)).toBe("upn,name,-age");
  expect(readOrder(writeOrder(order), usual)).toEqual(order);
});

test("nothing remembered is as usual", () => {
  expect(readOrder(null, usual)).toEqual(usual);
  expect(readOrder("", usual)).toEqual(usual);
});

test("what is unknown or twice is left out, what is new comes last", () => {
  expect(readOrder("gone,-age,age,--upn,name", usual)).toEqual([
    { id: "age", shown: false },
    { id: "name", shown: true },
    { id: "upn", shown: false },
  ]);
});

test("a column moves up, down and no further than the ends", () => {
  expect(ids(withMoved(usual, "name", 1))).toBe("age name upn");
  expect(ids(withMoved(usual, "upn", 0))).toBe("upn name age");
  expect(ids(withMoved(usual, "name", 99))).toBe("age upn name");
  expect(ids(withMoved(usual, "upn", -1))).toBe("upn name age");
  expect(withMoved(usual, "nothing", 0)).toBe(usual);
});
