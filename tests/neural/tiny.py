"""A language model small enough for tests: a Llama of two layers with random weights, and a tokenizer of bytes and some pairs."""

from __future__ import annotations

import warnings
from pathlib import Path

PUBLIC = [
    "Thank you for the quick answer, it works now.",
    "I think that the second one is better than the first.",
    "Could you please have a look at this question again?",
] * 3


def tiny_model(folder: Path) -> Path:
    """Write a model into a folder, always the same, and return the folder."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM

    library = Tokenizer(models.BPE())
    library.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    library.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    learns = trainers.BpeTrainer(
        vocab_size=320, special_tokens=["<|end|>"], initial_alphabet=alphabet, show_progress=False
    )
    library.train_from_iterator(PUBLIC, learns)
    folder.mkdir(parents=True, exist_ok=True)
    library.save(str(folder / "tokenizer.json"))
    with torch.random.fork_rng(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.manual_seed(5)
        size = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
        heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 1024}
        ends = {"bos_token_id": 0, "eos_token_id": 0}
        config = LlamaConfig(vocab_size=library.get_vocab_size(), **size, **heads, **ends)
        LlamaForCausalLM(config).save_pretrained(folder)
    return folder
