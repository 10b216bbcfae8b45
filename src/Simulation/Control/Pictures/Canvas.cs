namespace StreamLearn.Simulation.Control.Pictures;

/// <summary>
/// A picture of 84 x 84 pixels, RGB, planar: all of red row by row from the top, then green, then blue. Shapes are anti-aliased: 4 x 4
/// samples a pixel. Places are rounded to 1/32 of a pixel once, all else is integer arithmetic, so a picture has the same bits everywhere.
/// </summary>
internal readonly ref struct Canvas
{
    /// <summary>Width and height, pixels.</summary>
    public const int Side = 84;

    /// <summary>Bytes of a colour.</summary>
    public const int PlaneBytes = Side * Side;

    /// <summary>Bytes of a picture.</summary>
    public const int Bytes = 3 * PlaneBytes;

    /// <summary>Parts of a pixel that places are rounded to. Products of four lengths of the picture have to fit into 64 bits.</summary>
    private const int Unit = 32;

    private const int SamplesPerSide = 4;
    private const int Samples = SamplesPerSide * SamplesPerSide;
    private const int SampleStep = Unit / SamplesPerSide;

    /// <summary>What is farther off the picture is drawn this far off it.</summary>
    private const double FarthestPixel = 4 * Side;

    private readonly Span<byte> _rgb;

    /// <exception cref="ArgumentException">There is no room for exactly one picture.</exception>
    public Canvas(Span<byte> rgb)
    {
        if (rgb.Length != Bytes)
            throw new ArgumentException($"Expected room for a picture of {Bytes} bytes, 3 x {Side} x {Side}, found {rgb.Length}.", nameof(rgb));
        _rgb = rgb;
    }

    /// <summary>One colour everywhere.</summary>
    public void Fill(Rgb colour)
    {
        _rgb[..PlaneBytes].Fill(colour.Red);
        _rgb[PlaneBytes..(2 * PlaneBytes)].Fill(colour.Green);
        _rgb[(2 * PlaneBytes)..].Fill(colour.Blue);
    }

    /// <summary>A filled circle. Places are in pixels, from the left and from the top.</summary>
    public void Disc(double x, double y, double radius, Rgb colour) => Line(x, y, x, y, radius, colour);

    /// <summary>A line with round ends. Places are in pixels, from the left and from the top.</summary>
    public void Line(double fromX, double fromY, double toX, double toY, double radius, Rgb colour)
    {
        var line = new Segment(ToUnits(fromX), ToUnits(fromY), ToUnits(toX), ToUnits(toY), Math.Abs(ToUnits(radius)));
        var (left, right) = Pixels(line.Left, line.Right);
        var (top, bottom) = Pixels(line.Top, line.Bottom);
        for (var row = top; row <= bottom; row++)
        {
            for (var column = left; column <= right; column++)
            {
                if (Coverage(line, column * Unit, row * Unit) is var covered and > 0)
                    Blend(row * Side + column, covered, Samples, colour);
            }
        }
    }

    /// <summary>A filled rectangle with upright sides, its edges exact to 1/32 pixel. Places are in pixels, from the left and from the top.</summary>
    public void Rectangle(double left, double top, double right, double bottom, Rgb colour)
    {
        var (x0, x1, y0, y1) = (ToUnits(left), ToUnits(right), ToUnits(top), ToUnits(bottom));
        if (x1 <= x0 || y1 <= y0)
            return;
        var (firstColumn, lastColumn) = Pixels(x0, x1);
        var (firstRow, lastRow) = Pixels(y0, y1);
        for (var row = firstRow; row <= lastRow; row++)
        {
            var height = Math.Min(y1, (row + 1) * Unit) - Math.Max(y0, row * Unit);
            for (var column = firstColumn; column <= lastColumn; column++)
            {
                var width = Math.Min(x1, (column + 1) * Unit) - Math.Max(x0, column * Unit);
                if (width > 0 && height > 0)
                    Blend(row * Side + column, width * height, Unit * Unit, colour);
            }
        }
    }

    private static int ToUnits(double pixels) => (int)Math.Round(Math.Clamp(pixels, -FarthestPixel, FarthestPixel) * Unit);

    /// <summary>The first and the last pixel on the picture that something from one place to another may touch.</summary>
    private static (int First, int Last) Pixels(int from, int to) => (Math.Max(from, 0) / Unit, Math.Min(to, Side * Unit - 1) / Unit);

    /// <summary>How many samples of a pixel lie on the line.</summary>
    private static int Coverage(in Segment line, int left, int top)
    {
        var covered = 0;
        for (var y = top + SampleStep / 2; y < top + Unit; y += SampleStep)
        {
            for (var x = left + SampleStep / 2; x < left + Unit; x += SampleStep)
                covered += line.Holds(x, y) ? 1 : 0;
        }

        return covered;
    }

    private void Blend(int pixel, int covered, int all, Rgb colour)
    {
        Mix(ref _rgb[pixel], colour.Red);
        Mix(ref _rgb[pixel + PlaneBytes], colour.Green);
        Mix(ref _rgb[pixel + 2 * PlaneBytes], colour.Blue);

        void Mix(ref byte there, byte over) => there = (byte)((there * (all - covered) + over * covered + all / 2) / all);
    }
}
