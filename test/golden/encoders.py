"""What transformers says about small encoders of the BERT family, as golden for the engine.

    python test/golden/encoders.py

Writes encoders/<name>/: a folder as sentence-transformers keeps it (a random model in F32, a WordPiece tokenizer, pooling, prompts)
and expected.json with unit vectors of some texts as queries and as documents; and encoders/wordpiece.json, the ids of 200 texts."""
import json
import random
import shutil
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertForMaskedLM, BertModel, PreTrainedTokenizerFast, RobertaConfig, RobertaModel

HERE = Path(__file__).parent / "encoders"
TEXTS = ["A grain of rice.", "What does the field worker carry?", "Ünïcode naïve café, 東京 and 🙂!", "a",
         "Rain fell on the loam for seven days, and on the eighth the seeds that nobody had counted stood above it.",
         "x = f(y) + 3.14; // don't"]
MAX_TOKENS = 24
ALPHABET = ["the", "field", "Worker's", "carry", "loam", "seeds", "rain", "Ünï", "naïve", "CAFÉ", "東京", "中文", "에", "Привет", "مرحبا",
            "🙂", "e\u0301", "ﬁ", "\u00a0", "\u200b", "\t", "\n", "\u0000", "...", "--", "don't", "3.14", "1,000", "[MASK]", "[SEP]", "##ing", "_a_",
            "x" * 101, "internationalisation", "ß", "İ", "Ǆ", "½", "²", "$5", "a\u0327", "ｆｕｌｌ", "\ufffd", "क्षि", "ไทย"]


def texts_200():
    draw = random.Random(7)
    return [draw.choice(["", " ", ", "]).join(draw.choices(ALPHABET, k=draw.randint(1, 9))) for _ in range(200)]


def tokenizer_of():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(TEXTS + ALPHABET, trainers.WordPieceTrainer(vocab_size=400, special_tokens=special))
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", cls), ("[SEP]", sep)])
    tokenizer.enable_padding(length=64)  # as real folders have it; it must not reach the ids
    return tokenizer


SIZES = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=40)
MODELS = {
    "bert-mean": (BertModel, BertConfig, {}, dict(pooling_mode_cls_token=False, pooling_mode_mean_tokens=True),
                  dict(query="query: ", passage="passage: ")),
    "bert-cls": (BertForMaskedLM, BertConfig, dict(hidden_act="gelu_new", type_vocab_size=2), dict(pooling_mode="cls"), None),
    "roberta-mean": (RobertaModel, RobertaConfig, dict(pad_token_id=1, type_vocab_size=1), None, None),
}


@torch.no_grad()
def model_of(kind, config):
    model = kind(config)
    generator = torch.Generator().manual_seed(5)
    for name, p in model.named_parameters():
        noise = torch.randn(p.shape, generator=generator)
        p.copy_(1 + 0.2 * noise if name.endswith("LayerNorm.weight") else 0.3 * noise)
    return model.eval()


@torch.no_grad()
def vectors(model, tokenizer, texts, is_mean):
    """Batched with padding, as transformers does it: what the engine packs must give the same."""
    batch = tokenizer(texts, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt", return_token_type_ids=False)
    hidden = getattr(model, "bert", model)(**batch).last_hidden_state
    mask = batch["attention_mask"][:, :, None].float()
    pooled = (hidden * mask).sum(1) / mask.sum(1) if is_mean else hidden[:, 0]
    return [[float(f"{v:.8g}") for v in row] for row in torch.nn.functional.normalize(pooled, dim=-1).tolist()]


def write(name, kind, config, rest, pooling, prompts, tokenizer):
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "1_Pooling").mkdir(parents=True)
    model = model_of(kind, config(vocab_size=tokenizer.get_vocab_size(), **SIZES, **rest))
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    save = lambda path, value: (folder / path).write_text(json.dumps(value, indent=1) + "\n")
    save("tokenizer_config.json", dict(tokenizer_class="BertTokenizer", do_lower_case=True, cls_token="[CLS]", sep_token="[SEP]"))
    save("sentence_bert_config.json", dict(max_seq_length=MAX_TOKENS, do_lower_case=False))
    if pooling:
        kinds = ["Transformer", "Pooling", "Normalize"]
        paths = ["", "1_Pooling", "2_Normalize"]
        save("modules.json", [dict(idx=i, name=str(i), path=p, type=f"sentence_transformers.models.{k}")
                              for i, (k, p) in enumerate(zip(kinds, paths))])
        save("1_Pooling/config.json", dict(word_embedding_dimension=32, **pooling))
    else:
        (folder / "1_Pooling").rmdir()
    if prompts:
        save("config_sentence_transformers.json", dict(prompts=prompts, default_prompt_name=None))
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]")
    is_mean = "cls" not in json.dumps(pooling) or bool(pooling and pooling.get("pooling_mode_mean_tokens"))
    prefix = prompts or dict(query="", passage="")
    save("expected.json", dict(texts=TEXTS, query=vectors(model, fast, [prefix["query"] + t for t in TEXTS], is_mean),
                               document=vectors(model, fast, [prefix["passage"] + t for t in TEXTS], is_mean)))
    print(name, sum(p.numel() for p in model.parameters()), sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()))


if __name__ == "__main__":
    tokenizer = tokenizer_of()
    for name, (kind, config, rest, pooling, prompts) in MODELS.items():
        write(name, kind, config, rest, pooling, prompts, tokenizer)
    tokenizer.no_padding()
    texts = texts_200()
    (HERE / "wordpiece.json").write_text(json.dumps(dict(texts=texts, ids=[tokenizer.encode(t).ids for t in texts])) + "\n")
