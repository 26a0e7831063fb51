// A corrected answer of a chat as a row: the prompt, the answer as it should have been, and the model's as the rejected one.
// Correcting the same message again edits its row. Does not know chats.
import type { CorrectionRequest, DatasetInfo, DatasetRow, RowDraft } from "../contract/index.ts";
import { Slices } from "../documents/slices.ts";
import { demandAll, planAdd } from "./adding.ts";
import type { Dataset } from "./dataset.ts";
import { checkContent } from "./row.ts";
import type { Change, DatasetShelf } from "./shelf.ts";

const defaultName = "Corrections";

/** Throws data-refused where another row says the same or would leak, invalid-argument for what cannot be learned. */
export async function saveCorrection(
  shelf: DatasetShelf,
  request: CorrectionRequest,
): Promise<{ dataset: DatasetInfo; row: DatasetRow }> {
  const draft = draftOf(request);
  checkContent(draft);
  const { id } = request.dataset === null ? await defaultDataset(shelf) : await shelf.info(request.dataset);
  let row = "";
  const dataset = await shelf.change(id, async (rows) => {
    const present = correctionOf(rows, request);
    const change = present === undefined ? await added(rows, draft) : await replaced(rows, present, draft);
    row = present?.id ?? [...change.delta.put][0]!.id;
    return change;
  });
  return { dataset, row: (await shelf.read(id)).get(row) };
}

function draftOf({ chat, message, prompt, before, after, tags, rating, reason }: CorrectionRequest): RowDraft {
  return {
    messages: [...prompt, { role: "assistant", content: after }],
    ...(before === after || before.trim() === "" ? {} : { rejected: before }),
    origin: { kind: "correction", chat, message },
    ...(tags === undefined ? {} : { tags }),
    ...(rating === undefined ? {} : { rating }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The data set for corrections that name none; made when it is not there, once however many ask. */
function defaultDataset(shelf: DatasetShelf): Promise<DatasetInfo> {
  return shelf.inTurn(defaultName, async () => {
    const present = (await shelf.list()).find(({ name }) => name === defaultName);
    return present ?? shelf.create({ name: defaultName, description: "", licence: "" });
  });
}

function correctionOf({ rows }: Dataset, { chat, message }: CorrectionRequest): DatasetRow | undefined {
  for (const row of rows)
    if (row.origin.kind === "correction" && row.origin.chat === chat && row.origin.message === message) return row;
  return undefined;
}

async function added(dataset: Dataset, draft: RowDraft): Promise<Change> {
  const plan = await planAdd(dataset, [draft], () => "the correction", new Slices());
  demandAll(plan);
  return { delta: plan.delta, what: "1 correction saved" };
}

async function replaced(dataset: Dataset, { id }: DatasetRow, draft: RowDraft): Promise<Change> {
  const { messages, rejected = null, tags, rating, reason } = draft;
  const notes = {
    ...(tags === undefined ? {} : { tags }),
    ...(rating === undefined ? {} : { rating }),
    ...(reason === undefined ? {} : { reason }),
  };
  const delta = await dataset.planEdit(id, { messages, rejected, ...notes }, new Slices());
  return { delta, what: "1 correction replaced" };
}
