"""Makes the images of this folder with Pillow: what preprocessing must reproduce.

    python3 make_golden.py        (Pillow 9.4)

For every case NAME, NAME.in.EXT is the image and NAME.out.png what `convert('RGB')` and a resize
with the antialiased bilinear filter make of it. The size is part of the name: NAME_WxH.
"""

import random

from PIL import Image, ImageCms

SEED = 7


def scene(width, height):
    """Smooth gradients with sharp speckles: both kinds of error would show."""
    random.seed(SEED)
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            speckle = random.random() < 0.15
            image.putpixel(
                (x, y),
                tuple(random.randrange(256) for _ in range(3))
                if speckle
                else (255 * x // width, 255 * y // height, (7 * x + 13 * y) % 256),
            )
    return image


def save(name, image, size, extension="png", **options):
    path = "%s_%dx%d" % (name, size[0], size[1])
    image.save(path + ".in." + extension, **options)
    with Image.open(path + ".in." + extension) as stored:
        stored.convert("RGB").resize(size, Image.BILINEAR).save(
            path + ".out.png", icc_profile=None
        )


base = scene(61, 47)
save("smaller", base, (20, 17))
save("slightly-smaller", base, (60, 47))
save("larger", scene(13, 9), (40, 33))
save("one-axis", base, (61, 11))
save("to-one-pixel", scene(9, 30), (1, 1))
save("wide-to-tall", scene(64, 8), (8, 31))
save("grey", base.convert("L"), (23, 19))
save("grey-alpha", base.convert("LA"), (23, 19))
save("alpha", base.convert("RGBA"), (23, 19))
save("palette", base.quantize(32), (23, 19))
save("black-and-white", base.convert("1"), (23, 19))
save("jpeg", base, (23, 19), "jpg", quality=85)
save("jpeg-444", base, (23, 19), "jpg", quality=85, subsampling=0)
save("jpeg-grey", base.convert("L"), (23, 19), "jpg", quality=85)
save("jpeg-progressive", base, (23, 19), "jpg", quality=85, progressive=True)
# A colour profile that is not sRGB: red and blue primaries changed places.
profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
profile = profile.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")
save("jpeg-profile", base, (23, 19), "jpg", quality=85, icc_profile=profile)
save("jpeg-cmyk", base.convert("CMYK"), (23, 19), "jpg", quality=95)
