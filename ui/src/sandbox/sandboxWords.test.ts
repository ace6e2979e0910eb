import { describe, expect, it } from "vitest";
import { guestSideAnswer, sandboxAnswer } from "../testing/sandboxFixtures";
import { startUrl } from "./GuestPane";
import { lessonLine } from "./Lessons";
import { logNote } from "./LogPane";
import { eventLines } from "./useSandboxActions";

describe("the words of the sandbox", () => {
  it("name the next step of the running lesson", () => {
    expect(lessonLine(sandboxAnswer.lessons)).toBe("Lesson 1, step 4 of 5: accept the permissions");
    expect(lessonLine(sandboxAnswer.lessons.slice(1))).toBeNull();
  });

  it("say when all steps are done", () => {
    const [first] = sandboxAnswer.lessons;
    if (!first) throw new Error("the fixture has a lesson");
    const steps = first.steps.map((step) => ({ ...step, done: true }));

    expect(lessonLine([{ ...first, steps }])).toBe("Lesson 1: all steps done");
  });

  it("list events, and count those that are too many", () => {
    expect(eventLines([])).toEqual(["Nothing was due."]);
    expect(eventLines(["a", "b"])).toEqual(["a", "b"]);
    expect(eventLines(Array.from({ length: 9 }, (_, index) => `e${index}`))).toEqual([
      "e0",
      "e1",
      "e2",
      "e3",
      "e4",
      "and 4 more",
    ]);
  });

  it("say what the log cannot show as long as the guest is not in", () => {
    expect(logNote(guestSideAnswer)).toContain("If Grace closes");
    expect(logNote({ ...guestSideAnswer, log: [{ at: "", kind: "success", text: "" }] })).toBe(
      "Opening a mail leaves no row.",
    );
  });

  it("begin the guest's pane on the origin of the pages", () => {
    expect(startUrl("http://127.0.0.1:5190/", "a+b@c.example")).toBe(
      "http://127.0.0.1:5190/guest/start?mail=a%2Bb%40c.example",
    );
    expect(startUrl("http://127.0.0.1:5190", null)).toBe("http://127.0.0.1:5190/guest/start");
  });
});
