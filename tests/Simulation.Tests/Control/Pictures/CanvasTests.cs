using StreamLearn.Simulation.Control.Pictures;

namespace StreamLearn.Simulation.Tests.Control.Pictures;

public sealed class CanvasTests
{
    private static readonly Rgb White = new(255, 200, 100);

    private readonly byte[] _rgb = new byte[Canvas.Bytes];

    [Fact]
    public void Given_a_filled_picture_then_the_planes_are_red_green_and_blue()
    {
        new Canvas(_rgb).Fill(new Rgb(1, 2, 3));

        Assert.All(_rgb[..7056], value => Assert.Equal(1, value));
        Assert.All(_rgb[7056..14112], value => Assert.Equal(2, value));
        Assert.All(_rgb[14112..], value => Assert.Equal(3, value));
    }

    [Fact]
    public void Given_a_rectangle_then_pixels_take_of_its_colour_what_it_covers_of_them()
    {
        new Canvas(_rgb).Rectangle(10.5, 20.25, 12.5, 22, White);

        Assert.Equal([0, 96, 191, 96, 0], Red(20, 9, 5));
        Assert.Equal([0, 128, 255, 128, 0], Red(21, 9, 5));
        Assert.Equal([0, 0, 0, 0, 0], Red(22, 9, 5));
        Assert.Equal([0, 0, 0, 0, 0], Red(19, 9, 5));
        Assert.Equal(200, _rgb[7056 + 21 * 84 + 11]);
        Assert.Equal(100, _rgb[2 * 7056 + 21 * 84 + 11]);
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(6)]
    [InlineData(20)]
    public void Given_a_disc_then_it_covers_about_its_area_and_is_the_same_mirrored(double radius)
    {
        new Canvas(_rgb).Disc(42, 42, radius, White);

        Assert.InRange(Area() / (Math.PI * radius * radius), 0.97, 1.03);
        for (var row = 0; row < 84; row++)
        {
            for (var column = 0; column < 84; column++)
            {
                Assert.Equal(_rgb[row * 84 + column], _rgb[row * 84 + 83 - column]);
                Assert.Equal(_rgb[row * 84 + column], _rgb[column * 84 + row]);
            }
        }
    }

    [Theory]
    [InlineData(20, 30, 60, 30)]
    [InlineData(20, 20, 50, 60)]
    [InlineData(60, 70, 55, 12)]
    public void Given_a_line_then_it_covers_its_length_times_its_width_and_two_half_discs(double fromX, double fromY, double toX, double toY)
    {
        const double Radius = 2.5;
        new Canvas(_rgb).Line(fromX, fromY, toX, toY, Radius, White);

        var length = Math.Sqrt(Math.Pow(toX - fromX, 2) + Math.Pow(toY - fromY, 2));
        Assert.InRange(Area() / (length * 2 * Radius + Math.PI * Radius * Radius), 0.98, 1.02);
        Assert.Equal(255, _rgb[(int)((fromY + toY) / 2) * 84 + (int)((fromX + toX) / 2)]);
    }

    [Fact]
    public void Given_shapes_that_leave_the_picture_then_what_is_on_it_is_drawn_and_nothing_else()
    {
        var canvas = new Canvas(_rgb);
        canvas.Line(-50, 42.5, 200, 42.5, 0.5, White);
        canvas.Rectangle(-10, -10, 2, 1, White);
        canvas.Disc(1e9, -1e9, 5, White);
        canvas.Disc(double.MaxValue, 3, 5, White);

        Assert.All(Red(42, 0, 84), value => Assert.Equal(255, value));
        Assert.Equal([255, 255, 0], Red(0, 0, 3));
        Assert.Equal(84 + 2, Area(), 0.01);
    }

    [Fact]
    public void Given_too_much_or_too_little_room_then_it_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Canvas(new byte[Canvas.Bytes + 1]));
        Assert.Throws<ArgumentException>(() => new Canvas(new byte[Canvas.Bytes - 1]));
    }

    private byte[] Red(int row, int column, int count) => _rgb[(row * 84 + column)..(row * 84 + column + count)];

    private double Area() => _rgb[..7056].Sum(value => value / 255.0);
}
