using StreamLearn.Simulation.Control;

namespace StreamLearn.Simulation.Tests.Control;

public sealed class PixelObservationsTests
{
    [Fact]
    public void Given_steps_then_the_last_three_pictures_are_seen_the_oldest_first_and_after_a_reset_the_start_three_times()
    {
        var (pixels, twin) = (new PixelObservations(ControlWorlds.Create("pendulum-swingup", 1, 2)), ControlWorlds.Create("pendulum-swingup", 1, 2));
        for (var episode = 0; episode < 2; episode++)
        {
            twin.Reset();
            pixels.Reset();
            var pictures = new List<byte[]> { Picture(twin), Picture(twin), Picture(twin) };
            for (var step = 0; step < 8; step++)
            {
                var found = new byte[9 * 84 * 84];
                pixels.Observe(found);
                Assert.Equal([.. pictures[^3], .. pictures[^2], .. pictures[^1]], found);
                var newest = new byte[3 * 84 * 84];
                pixels.ObserveNewest(newest);
                Assert.Equal(pictures[^1], newest);

                Assert.Equal(twin.Step([1]), pixels.Step([1]));
                pictures.Add(Picture(twin));
            }
        }

        static byte[] Picture(IControlWorld world)
        {
            var rgb = new byte[PixelObservations.PictureBytes];
            world.Render(rgb);
            return rgb;
        }
    }

    [Fact]
    public void Given_no_episode_or_the_wrong_room_then_it_is_said_what_was_expected()
    {
        var pixels = new PixelObservations(ControlWorlds.Create("pendulum-swingup", 1));
        Assert.Throws<InvalidOperationException>(() => pixels.Step([0]));
        Assert.Throws<InvalidOperationException>(() => pixels.Observe(new byte[PixelObservations.ObservationBytes]));

        pixels.Reset();
        Assert.StartsWith(
            "pendulum-swingup: expected room for 63504 bytes, found 3.",
            Assert.Throws<ArgumentException>(() => pixels.Observe(new byte[3])).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "pendulum-swingup: expected room for 21168 bytes, found 3.",
            Assert.Throws<ArgumentException>(() => pixels.ObserveNewest(new byte[3])).Message, StringComparison.Ordinal);
    }
}
