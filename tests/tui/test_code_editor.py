"""The editor's keys, in a real app."""

import random
from typing import ClassVar

import pytest
from textual.app import App

from interviewer.tui.source import PythonSource
from interviewer.tui.theme import THEMES
from interviewer.tui.widgets.code import MARGIN, CodeEditor
from interviewer.tui.widgets.vim import VimCodeEditor


class Desk(App):
    def on_mount(self):
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def compose(self):
        yield CodeEditor(id="code")


async def typed(*keys, text="", at=(0, 0), select=None):
    """The text and the cursor after pressing ``keys`` in an editor that holds ``text``."""
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        editor = app.query_one(CodeEditor)
        editor.load_text(text)
        editor.focus()
        editor.move_cursor(at)
        if select:
            editor.move_cursor(select, select=True)
        await pilot.press(*keys)
        return editor.text, editor.cursor_location


async def test_typing_a_function_indents_itself():
    text, _ = await typed(*"def f(x):", "enter", *"return x", "enter", *"y = f(1)")
    assert text == "def f(x):\n    return x\ny = f(1)"


async def test_brackets_and_quotes_close_and_are_stepped_over():
    assert await typed(*"print(") == ("print()", (0, 6))
    assert await typed(*"f(x)") == ("f(x)", (0, 4))
    assert (await typed(*'d["k"]'))[0] == 'd["k"]'
    assert (await typed(*'"""doc'))[0] == '"""doc'
    assert (await typed(*"f((", "backspace"))[0] == "f()"
    assert (await typed("(", text="ab", at=(0, 0), select=(0, 2)))[0] == "(ab)"


async def test_enter_between_brackets_opens_a_block():
    assert await typed(*"f(", "enter", *"x") == ("f(\n    x\n)", (1, 5))


async def test_brackets_can_be_left_alone():
    app = Desk()
    async with app.run_test() as pilot:
        editor = app.query_one(CodeEditor)
        editor.close_brackets = False
        editor.focus()
        await pilot.press(*"f(x")
        assert editor.text == "f(x"


async def test_tab_and_shift_tab_move_blocks_and_one_undo_takes_it_back():
    block = "a\nb\n\nc"
    assert (await typed("tab", text=block, select=(3, 1)))[0] == "    a\n    b\n\n    c"
    assert (await typed("tab", "tab", "shift+tab", text=block, select=(3, 1)))[0] == "    a\n    b\n\n    c"
    assert (await typed("tab", "ctrl+z", text=block, select=(3, 1)))[0] == block
    assert (await typed("tab", *"x"))[0] == "    x"
    assert (await typed("shift+tab", text="  x", at=(0, 3))) == ("x", (0, 1))


async def test_backspace_in_an_indentation():
    assert (await typed("backspace", text="        x", at=(0, 8)))[0] == "    x"
    assert (await typed("backspace", text="  ab", at=(0, 4)))[0] == "  a"


@pytest.mark.parametrize("key", ["ctrl+slash", "ctrl+underscore"])
async def test_comments(key):
    assert (await typed(key, text="a\nb", select=(1, 1)))[0] == "# a\n# b"
    assert (await typed(key, key, text="a\nb", select=(1, 1)))[0] == "a\nb"


async def test_lines_move():
    assert await typed("alt+down", text="a\nb\nc") == ("b\na\nc", (1, 0))
    assert (await typed("alt+up", text="a\nb\nc", at=(2, 0)))[0] == "a\nc\nb"
    assert (await typed("alt+up", text="a\nb"))[0] == "a\nb"


async def test_tab_over_a_selection_loses_nothing_and_escape_stays():
    text, _ = await typed("tab", "escape", *"x", text="abc", select=(0, 2))
    assert "c" in text and "x" in text


async def test_find_and_replace():
    app = Desk()
    async with app.run_test():
        editor = app.query_one(CodeEditor)
        editor.load_text("loss = Loss()\nloss.backward()\n")
        assert editor.find("loss") and editor.selected_text == "loss"
        editor.find("loss")
        assert editor.selection.start == (0, 7)
        assert editor.find("Loss") and editor.selection.start == (0, 7), "capitals count when there are some"
        assert not editor.find("nowhere")
        assert editor.replace_all("loss", "cost") == 3
        assert editor.text == "cost = cost()\ncost.backward()\n"
        editor.undo()
        assert editor.text == "loss = Loss()\nloss.backward()\n"


async def test_only_what_is_in_sight_is_highlighted_and_scrolling_brings_the_rest():
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        editor = app.query_one(CodeEditor)
        editor.load_text("\n".join(f"def f{n}(x): return {n}" for n in range(2000)))
        await pilot.pause()
        assert 0 < len(editor._highlights) <= 12 + 2 * MARGIN + 2
        editor.go_to(1500)
        await pilot.pause()
        top = int(editor.scroll_offset.y)
        assert top > 1400
        assert all(editor._highlights[row] for row in range(top, top + 11))
        words = {style.bold for segment in editor.render_line(2) if (style := segment.style)}
        assert True in words, "a keyword is bold"


SOURCE = '''@decorated(by=[
    "é", call(1)])
class Layer(Base):
    size: int = 漢字
    def __init__(self, n):
        """漢字 of
        several rows."""
        return isinstance(
            n,
            int) and f"{n} of {max(n, 1)}"

T = TypeVar(
    "T")
if T: pass  # 👩‍🔬
else:
    raise ValueError(
        T)
'''


def test_what_an_edit_touched_is_all_that_has_other_colours_then():
    rng, source = random.Random(3), PythonSource(SOURCE)
    kept = source.paints(range(source.line_count))
    asked = possible = 0
    for _ in range(1000):
        row = rng.randrange(source.line_count)
        line = source.get_line(row)
        first = rng.randint(0, len(line))
        last = min(len(line), first + rng.choice((0, 0, 1, 12)))
        new = rng.choice(["x", " ", '"', '"""', "(", ")", ":", "#", "é", "", "isinstance", "def ", "\n"])
        source.replace_range((row, first), (row, last), new)
        touched, rows = source.touched(), range(source.line_count)
        if touched is None:
            kept = source.paints(rows)
        else:
            asked, possible = asked + len(touched), possible + len(rows)
            kept.update(source.paints(touched))
        assert kept == source.paints(rows)
        if len(source.text) > 2 * len(SOURCE):
            source = PythonSource(SOURCE)
            kept = source.paints(range(source.line_count))
    assert asked < possible / 2, "most edits touch few rows"


def test_source_is_as_wide_as_its_widest_line_after_any_edit():
    source = PythonSource("ab\n\t漢")
    assert source.get_size(4) == (6, 2)
    source.replace_range((0, 2), (0, 2), "cdefg\nh")
    assert source.get_size(4) == (7, 3)
    source.replace_range((0, 1), (1, 1), "")
    assert source.get_size(4) == (6, 2) and source.get_size(8) == (10, 2)


async def test_marks_stand_in_the_gutter():
    app = Desk()
    async with app.run_test(size=(60, 12)):
        editor = app.query_one(CodeEditor)
        editor.load_text("a\nb\nc\n")
        editor.mark({1: "✗", 99: "!"})
        assert editor.render_line(1).text.startswith("2✗ b")
        assert editor.marks == {1: "✗"}


async def test_wide_characters_in_code():
    text, _ = await typed("end", *"x", text="s = '漢字 é 👩‍🔬 عربى'")
    assert text == "s = '漢字 é 👩‍🔬 عربى'x"


async def test_what_is_drawn_is_what_is_there_after_any_editing():
    rng = random.Random(5)
    keys = [
        "x",
        "enter",
        "backspace",
        "tab",
        "shift+tab",
        "up",
        "down",
        "ctrl+z",
        "ctrl+y",
        '"',
        "(",
        "#",
        ":",
    ]
    keys += ["ctrl+slash", "alt+up", "pagedown", "pageup", "shift+down", "end", "home", "ctrl+k"]
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        editor = app.query_one(CodeEditor)
        editor.cursor_blink = False
        editor.load_text("\n".join(f'def f{n}(x):\n    """doc {n}"""\n    return x + {n}' for n in range(40)))
        editor.focus()
        for _ in range(80):
            await pilot.press(rng.choice(keys))
            drawn = app.screen._compositor.render_strips()
            editor._paint_window()
            assert drawn == app.screen._compositor.render_strips()


# ---------------------------------------------------------------------- vim


class VimDesk(Desk):
    BINDINGS: ClassVar = [("f5", "reached", "a key of the screen"), ("escape", "reached", "another")]
    reached = 0

    def compose(self):
        yield VimCodeEditor(id="code")

    def action_reached(self):
        self.reached += 1


VIM = [
    ("i typed ( escape", "", "typed()", (0, 5)),
    ("d d p", "a\nb\nc", "b\na\nc", (1, 0)),
    ("2 d d u", "a\nb\nc", "a\nb\nc", None),
    ("o x escape", "def f():", "def f():\n    x", (1, 4)),
    ("O x escape", "    y = 1", "    x\n    y = 1", (0, 4)),
    ("> >", "a\nb", "    a\nb", (0, 4)),
    ("2 > >", "a\nb\nc", "    a\n    b\nc", (0, 4)),
    ("< <", "        a\nb", "    a\nb", (0, 4)),
    ("> x", "ab", "ab", (0, 0)),
    ("V j >", "a\nb\nc", "    a\n    b\nc", None),
    ("r z", "abc", "zbc", (0, 0)),
    ("c w new escape", "old = 1", "new = 1", (0, 2)),
    ("v e d", "old = 1", " = 1", (0, 0)),
    (": 2 enter x", "ab\ncd", "ab\nd", (1, 0)),
    ("d escape x", "ab", "b", (0, 0)),
    ("tab enter z q", "abc", "abc", (0, 0)),
]


@pytest.mark.parametrize(("keys", "before", "after", "cursor"), VIM, ids=[row[0] for row in VIM])
async def test_vim_keys(keys, before, after, cursor):
    app = VimDesk()
    async with app.run_test(size=(60, 12)) as pilot:
        editor = app.query_one(VimCodeEditor)
        editor.load_text(before)
        editor.focus()
        for word in keys.split():
            named = word in ("escape", "enter", "tab")
            await pilot.press(*([word] if named else [{":": "colon"}.get(c, c) for c in word]))
        assert editor.text == after
        assert cursor is None or editor.cursor_location == cursor
        assert editor.mode.value == "NORMAL" and app.reached == 0


async def test_in_vims_normal_mode_the_screens_keys_still_work():
    app = VimDesk()
    async with app.run_test() as pilot:
        app.query_one(VimCodeEditor).focus()
        await pilot.press("f5", "escape", "i", "escape", "escape")
        assert app.reached == 3, "escape goes to the screen only where vim has no use for it"
