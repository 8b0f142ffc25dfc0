"""The page: its parts, and what each of them calls."""

from __future__ import annotations

from longhaul.bot.chain import Bot
from longhaul.bot.conversations import Conversations

from . import board, render
from .desk import Desk
from .review import Review


def page(bot: Bot, conversations: Conversations, review: Review):
    """The Gradio page for `bot`."""
    import gradio as gr

    # Gradio marks what the browser may call, which it cannot do to methods.
    def show(sent: dict) -> dict[str, str]:
        return review.show(sent)

    def judge(sent: dict) -> dict[str, str]:
        return review.judge(sent)

    def undo(sent: dict) -> dict[str, str]:
        return review.undo(sent)

    names = sorted({bot.home, *filter(bot.companies.is_company, bot.companies.names)} - {""}, key=str.casefold)
    with gr.Blocks(title="Longhaul", analytics_enabled=False, fill_width=True) as blocks:
        with gr.Row(elem_id="lh-top"):
            gr.HTML(render.brand(), apply_default_css=False)
            recent = gr.HTML(elem_id="lh-recent", apply_default_css=False)
        with gr.Row(elem_id="lh-main"):
            with gr.Column(elem_id="lh-talk", min_width=0):
                thread = gr.HTML(elem_id="lh-thread", apply_default_css=False, js_on_load="longhaul.listen(element, trigger)")
                live = gr.HTML(elem_id="lh-live", apply_default_css=False)
                with gr.Column(elem_id="lh-foot", min_width=0):
                    box = gr.Textbox(elem_id="lh-box", label="Your question", show_label=False, container=False, lines=1, max_lines=6,
                                     placeholder="Ask about the race", submit_btn="Ask",
                                     html_attributes=gr.InputHTMLAttributes(autocomplete="off"))
                    home = gr.Dropdown([("nobody in particular", ""), *names], value=bot.home, elem_id="lh-home",
                                       label="What it means for", num_choices_shown=None, min_width=0)
            with gr.Column(elem_id="lh-side", min_width=0):
                cards = gr.HTML(elem_id="lh-evidence", apply_default_css=False)
        sheet = gr.HTML(board.skeleton(), elem_id="lh-board", apply_default_css=False, server_functions=[show, judge, undo],
                        js_on_load="longhaulBoard.start(element, server); longhaul.carries(() => trigger('carry'))")
        conversation, seen, chosen = gr.Textbox(visible=False), gr.JSON(visible=False), gr.Textbox(visible=False)

        desk = Desk(bot, conversations)
        everything = [conversation, thread, live, cards, recent, box]
        quiet = {"show_progress": "hidden", "api_visibility": "private"}
        gr.on([box.submit, thread.submit], desk.ask, [box, conversation, seen, home], everything, js="longhaul.asked", **quiet)
        box.stop(desk.stop, [conversation], None, queue=False, **quiet)
        blocks.load(desk.arrive, [conversation, seen], everything, js="longhaul.arrived", **quiet)
        blocks.load(desk.home, [chosen], [home], js="longhaul.chosen", **quiet)
        home.change(None, [home], None, js="longhaul.choose", **quiet)
        sheet.carry(None, None, [box], js="longhaul.carried", **quiet)
        conversation.change(None, [conversation], None, js="longhaul.keep", **quiet)
    # A page that waits for its answer holds one of these; how many are answered at once is up to the runs.
    blocks.queue(default_concurrency_limit=32, max_size=256, api_open=False)
    return blocks
