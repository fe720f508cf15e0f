"""Makes ../c/pictures/*.pgm of the ten held-out digits in pictures: white ink on black, 8 × 8 pixels from 0 to 16.
Needs nothing but Python."""
import array
import pathlib

here = pathlib.Path(__file__).parent
for source in sorted((here / "pictures").glob("*.npy")):
    values = array.array("f", source.read_bytes()[-256:])
    samples = bytes(round(value * 16) for value in values)
    assert all(sample / 16 == value for sample, value in zip(samples, values))
    (here / "../c/pictures" / (source.name[0] + ".pgm")).write_bytes(b"P5\n# held-out digit, see copyright\n8 8\n16\n" + samples)
