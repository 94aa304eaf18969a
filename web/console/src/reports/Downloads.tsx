import { Download } from "lucide-react";
import { query as queryString } from "../api/http";
import { Menu } from "../ui/layer";
import { r } from "./words";

/** Downloads gives the page as files: the same rows that are on screen. */
export function Downloads({ path, query }: { path: string; query: Record<string, string> }) {
  const get = (format: string) => window.location.assign(`/api/v1${path}${queryString({ ...query, format })}`);
  return (
    <Menu
      label={r("download.label")}
      named
      className="btn"
      button={
        <>
          <Download aria-hidden="true" />
          <span className="download-word">{r("download.button")}</span>
        </>
      }
      items={[
        { key: "xlsx", label: r("download.xlsx"), onSelect: () => get("xlsx") },
        { key: "csv", label: r("download.csv"), onSelect: () => get("csv") },
      ]}
    />
  );
}
