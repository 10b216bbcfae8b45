using System.Security.Cryptography;
using StreamLearn.Simulation.Control;
using StreamLearn.Simulation.Control.Mechanics;
using StreamLearn.Simulation.Control.Routing;

namespace StreamLearn.Simulation.Tests.Control.Pictures;

public sealed class WorldPictureTests
{
    private const double Degree = Math.PI / 180;

    [Theory]
    [InlineData(0)]
    [InlineData(37)]
    [InlineData(180)]
    public void Given_states_two_degrees_or_two_centimetres_apart_then_the_pictures_differ(double degrees)
    {
        Assert.NotEqual(Pendulum(degrees), Pendulum(degrees + 2));
        Assert.NotEqual(CartPole(0.3, degrees), CartPole(0.3, degrees + 2));
        Assert.NotEqual(CartPole(0.3, degrees), CartPole(0.32, degrees));
        Assert.NotEqual(Reacher(degrees, 50, 0.1), Reacher(degrees + 2, 50, 0.1));
        Assert.NotEqual(Reacher(20, degrees % 160, 0.1), Reacher(20, degrees % 160 + 2, 0.1));
        Assert.NotEqual(Reacher(degrees, 50, 0.1), Reacher(degrees, 50, 0.11));
        Assert.NotEqual(Routing(0), Routing(0.1f));
    }

    // Who changes these has looked at the pictures.
    [Theory]
    [InlineData("pendulum-swingup", "3f44b2e7bb30233c")]
    [InlineData("cartpole-swingup", "14eb34cfd8d98b54")]
    [InlineData("reacher-easy", "41378684e861c954")]
    [InlineData("reacher-hard", "6bd74184e17fa117")]
    [InlineData("link-routing", "d5b8ed333b567ca7")]
    public void Given_a_state_then_its_picture_has_the_bits_it_always_had(string name, string expected)
    {
        var rgb = name switch
        {
            "pendulum-swingup" => Pendulum(30),
            "cartpole-swingup" => CartPole(-0.5, 160),
            "reacher-easy" => Reacher(40, 70, 0.12),
            "reacher-hard" => Reacher(40, 70, 0.12, isHard: true),
            _ => Routing(0.3f),
        };

        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData(rgb))[..16]);
    }

    private static byte[] Pendulum(double degrees)
    {
        var world = new PendulumSwingUp(1);
        world.ResetTo(degrees * Degree, 0);
        return Picture(world);
    }

    private static byte[] CartPole(double position, double degrees)
    {
        var world = new CartPoleSwingUp(1);
        world.ResetTo(new CartPoleState(position, degrees * Degree, 0, 0));
        return Picture(world);
    }

    private static byte[] Reacher(double shoulder, double wrist, double targetX, bool isHard = false)
    {
        var world = new Reacher(isHard, 1);
        world.ResetTo(shoulder * Degree, wrist * Degree, targetX, -0.1);
        return Picture(world);
    }

    private static byte[] Routing(float preference)
    {
        var world = new LinkRouting(1);
        var action = new float[world.ActionSize];
        action[0] = preference;
        world.Reset();
        _ = world.Step(action);
        return Picture(world);
    }

    private static byte[] Picture(IControlWorld world)
    {
        var rgb = new byte[PixelObservations.PictureBytes];
        world.Render(rgb);
        return rgb;
    }
}
