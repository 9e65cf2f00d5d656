"""Tokenizers of other people's make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tokenizers

from tests.training.corpora import prose

if TYPE_CHECKING:
    import transformers


def llama() -> transformers.PreTrainedTokenizerFast:
    """One as Llama 2's: no cut, U+2581 for a space and before the text, bytes for rare letters."""
    import transformers

    names = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    tokenizer = tokenizers.Tokenizer(
        tokenizers.models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    )
    tokenizer.normalizer = tokenizers.normalizers.Sequence(
        [tokenizers.normalizers.Prepend("\u2581"), tokenizers.normalizers.Replace(" ", "\u2581")]
    )
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=900, special_tokens=names, show_progress=False, max_token_length=12
    )
    words = " ".join(prose("legal", 60_000)).split()
    tokenizer.train_from_iterator(words, trainer)
    tokenizer.decoder = tokenizers.decoders.Sequence(
        [
            tokenizers.decoders.Replace("\u2581", " "),
            tokenizers.decoders.ByteFallback(),
            tokenizers.decoders.Fuse(),
            tokenizers.decoders.Strip(content=" ", left=1),
        ]
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", eos_token="</s>"
    )


def foreign_tokenizer(special: list[str]) -> transformers.PreTrainedTokenizerFast:
    """A tokenizer of other people's make, cut as GPT-2's."""
    import transformers

    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE())
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=700,
        special_tokens=special,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(prose("legal", 60_000), trainer)
    return transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer)
