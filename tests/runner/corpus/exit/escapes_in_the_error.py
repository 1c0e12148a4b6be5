# Escape sequences, markup and right-to-left marks in an error.
# exercise: softmax
# expect: RUNTIME_ERROR
# says: Line 6: ValueError: [bold]SSAP[/bold]
def solve(x, w):
    raise ValueError("\x1b]52;c;cm0gLXJmIH4=\x07\x1b[2J[bold]\u202eSSAP[/bold]\n\n\r\x9bA")
