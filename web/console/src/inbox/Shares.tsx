import { useLocation } from "wouter";
import type { Behind } from "../api/types";
import { number } from "../i18n/t";
import { Segmented } from "../ui/basics";
import { t, word } from "./linked";
import { withParam, type Source } from "./source";

type Part = NonNullable<Behind["share"]>["shown"];

/** Shares where those that do not make it are as good a question as those that do: who was not satisfied, who did not answer. */
const split = new Set(["csat", "ces_easy", "first_contact_resolution", "one_touch", "promise_accuracy", "survey_response"]);

/** Shares is which tickets of a share are listed: those that make it, the others, or all that it is of. The address keeps it. */
export function Shares({ source, share }: { source: Source; share: NonNullable<Behind["share"]> }) {
  const [, go] = useLocation();
  const figure = source.query.figure ?? "";
  const parts: { value: Part; name: string; n: number }[] = [
    { value: "1", name: word(`share.hit.${figure}`, t("share.hit")), n: share.hits },
    { value: "0", name: word(`share.miss.${figure}`, t("share.miss")), n: share.all - share.hits },
    { value: "all", name: t("share.all"), n: share.all },
  ];
  return (
    <Segmented<Part>
      label={t("share.label")}
      value={share.shown}
      onChange={(value) => go(withParam(source, "hit", value))}
      options={parts
        .filter((p) => p.value !== "0" || split.has(figure) || share.shown === "0")
        .map((p) => ({
          value: p.value,
          label: (
            <>
              {p.name} <span className="font-normal tabular-nums">{number(p.n)}</span>
            </>
          ),
        }))}
    />
  );
}
