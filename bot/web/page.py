"""The page: its parts, and what each of them calls."""

from __future__ import annotations

from longhaul.bot.chain import Bot
from longhaul.bot.conversations import Conversations

from . import render
from .desk import Desk


def page(bot: Bot, conversations: Conversations):
    """The Gradio page for `bot`."""
    import gradio as gr

    with gr.Blocks(title="Longhaul", analytics_enabled=False, fill_width=True) as blocks:
        with gr.Row(elem_id="lh-top"):
            gr.HTML(render.brand(), apply_default_css=False)
            recent = gr.HTML(elem_id="lh-recent", apply_default_css=False)
        with gr.Row(elem_id="lh-main"):
            with gr.Column(elem_id="lh-talk", min_width=0):
                thread = gr.HTML(elem_id="lh-thread", apply_default_css=False, js_on_load="longhaul.listen(element, trigger)")
                live = gr.HTML(elem_id="lh-live", apply_default_css=False)
                box = gr.Textbox(elem_id="lh-box", label="Your question", show_label=False, container=False, lines=1, max_lines=6,
                                 placeholder="Ask about the race", submit_btn="Ask",
                                 html_attributes=gr.InputHTMLAttributes(autocomplete="off"))
            with gr.Column(elem_id="lh-side", min_width=0):
                cards = gr.HTML(elem_id="lh-evidence", apply_default_css=False)
        conversation, seen = gr.Textbox(visible=False), gr.JSON(visible=False)

        desk = Desk(bot, conversations)
        everything = [conversation, thread, live, cards, recent, box]
        quiet = {"show_progress": "hidden", "api_visibility": "private"}
        gr.on([box.submit, thread.submit], desk.ask, [box, conversation, seen], everything, js="longhaul.asked", **quiet)
        box.stop(desk.stop, [conversation], None, queue=False, **quiet)
        blocks.load(desk.arrive, [conversation, seen], everything, js="longhaul.arrived", **quiet)
        conversation.change(None, [conversation], None, js="longhaul.keep", **quiet)
    # A page that waits for its answer holds one of these; how many are answered at once is up to the runs.
    blocks.queue(default_concurrency_limit=32, max_size=256, api_open=False)
    return blocks
