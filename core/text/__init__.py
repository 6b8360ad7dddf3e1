"""What is known about a text by itself: its language, sentences, words, facts, and who asks what."""
