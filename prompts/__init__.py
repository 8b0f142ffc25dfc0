"""The prompts, one Markdown file each; README.md explains their slots."""
