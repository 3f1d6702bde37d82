"""The commonest slip of a hand or a keyboard."""


def one_slip(left: str, right: str) -> bool:
    """Whether two texts of equal length differ in one character, or in two neighbours exchanged."""
    if len(left) != len(right):
        return False
    unlike = [place for place in range(len(left)) if left[place] != right[place]]
    if len(unlike) == 1:
        return True
    if len(unlike) != 2 or unlike[1] - unlike[0] != 1:
        return False
    first, second = unlike
    return left[first] == right[second] and left[second] == right[first]
