"""From a recipe and its values to a draft: in the grounded lane by rules, in the model lane by a model."""
