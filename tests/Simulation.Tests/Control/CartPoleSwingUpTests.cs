using StreamLearn.Simulation.Control;
using StreamLearn.Simulation.Control.Mechanics;

namespace StreamLearn.Simulation.Tests.Control;

public sealed class CartPoleSwingUpTests
{
    private const double Step = 0.01;

    [Fact]
    public void Given_no_damping_and_no_force_then_energy_and_momentum_are_kept()
    {
        var physics = new CartPolePhysics(Step, isDamped: false);
        physics.Start(new CartPoleState(0, 2, 0.05, -1));
        var (energy, momentum) = (physics.Energy, Momentum(physics.State));
        for (var frame = 0; frame < 1000; frame++)
        {
            physics.Advance(0);
            Assert.InRange(Math.Abs(physics.State.Position), 0, CartPolePhysics.RailBound);
            Assert.Equal(energy, physics.Energy, 1e-5);
            Assert.Equal(momentum, Momentum(physics.State), 1e-6);
        }

        // M + m = 1.1, m l = 0.05.
        static double Momentum(CartPoleState state) => 1.1 * state.Velocity + 0.05 * Math.Cos(state.Angle) * state.AngularVelocity;
    }

    [Fact]
    public void Given_a_small_swing_then_its_period_is_that_of_the_linear_cart_and_pole()
    {
        var physics = new CartPolePhysics(Step, isDamped: false);
        physics.Start(new CartPoleState(0, Math.PI + 0.01, 0, 0));

        var period = Swings.MeanPeriod(
            Step, 50, () =>
            {
                physics.Advance(0);
                return physics.State.Angle - Math.PI;
            });

        // w^2 = m g l / (J - (m l)^2 / (M + m)) = 0.4905 / (0.0344246 - 0.0025 / 1.1).
        Assert.Equal(1.60866, period, 0.0005);
    }

    [Fact]
    public void Given_the_capsule_of_the_pole_then_its_inertia_about_the_hinge_is_the_one_by_hand() =>
        Assert.Equal(0.0344246, CartPolePhysics.PoleInertia, 1e-7);

    [Fact]
    public void Given_full_force_to_one_side_then_the_stop_holds_the_cart()
    {
        var physics = new CartPolePhysics(Step);
        physics.Start(new CartPoleState(0, Math.PI, 0, 0));
        var farthest = 0.0;
        for (var frame = 0; frame < 3000; frame++)
        {
            physics.Advance(10);
            farthest = Math.Max(farthest, physics.State.Position);
        }

        Assert.InRange(farthest, CartPolePhysics.RailBound + 0.01, 2.1);
        Assert.InRange(physics.State.Position, CartPolePhysics.RailBound - 0.05, CartPolePhysics.RailBound + 0.05);
    }

    [Fact]
    public void Given_the_stop_on_the_left_then_it_is_the_mirror_image_of_the_one_on_the_right()
    {
        var (left, right) = (new CartPolePhysics(Step), new CartPolePhysics(Step));
        left.Start(new CartPoleState(-1.7, -1, -3, 0.5));
        right.Start(new CartPoleState(1.7, 1, 3, -0.5));
        for (var frame = 0; frame < 100; frame++)
        {
            left.Advance(-4);
            right.Advance(4);
        }

        Assert.Equal(right.State.Position, -left.State.Position, 1e-9);
        Assert.Equal(right.State.Angle, -left.State.Angle, 1e-9);
    }

    [Theory]
    [InlineData(0.5, 1.1, 2, -3, 0.5f)]
    [InlineData(-1.2, 0, 0, 0, -1f)]
    [InlineData(0, 0, 0, 0, 0f)]
    public void Given_a_state_then_observation_and_reward_are_those_of_the_formula(
        double position, double angle, double velocity, double angularVelocity, float action)
    {
        var world = new CartPoleSwingUp(1);
        var observation = new float[5];
        world.ResetTo(new CartPoleState(position, angle, velocity, angularVelocity));
        world.Observe(observation);
        Assert.Equal(
            [(float)position, (float)Math.Cos(angle), (float)Math.Sin(angle), (float)velocity, (float)angularVelocity], observation);

        var reward = world.Step([action]).Reward;

        world.Observe(observation);
        var expected = (1 + observation[1]) / 2
            * (5 - action * action) / 5
            * (1 + Math.Pow(0.1, Math.Pow(observation[4] / 5, 2))) / 2
            * (1 + Math.Pow(0.1, Math.Pow(observation[0] / 2, 2))) / 2;
        Assert.Equal(expected, reward, 1e-6);
    }

    [Fact]
    public void Given_force_to_the_right_then_the_cart_goes_right_and_a_hanging_pole_lags_behind()
    {
        var world = new CartPoleSwingUp(1);
        var observation = new float[5];
        world.ResetTo(new CartPoleState(0, Math.PI, 0, 0));
        for (var step = 0; step < 10; step++)
            _ = world.Step([1]);
        world.Observe(observation);

        // 0.1 s at about 10 / 1.05 m/s^2; the lower end stays behind, to the left of the cart.
        Assert.InRange(observation[0], 0.04, 0.05);
        Assert.InRange(observation[2], -0.5, -0.01);
    }

    [Fact]
    public void Given_many_starts_then_they_hang_in_the_middle_with_deviations_of_a_hundredth()
    {
        var world = new CartPoleSwingUp(3);
        var observation = new float[5];
        var squares = new double[5];
        const int Starts = 2000;
        for (var start = 0; start < Starts; start++)
        {
            world.Reset();
            world.Observe(observation);
            Assert.InRange(observation[1], -1, -0.998);
            for (var place = 0; place < 5; place++)
                squares[place] += observation[place] * observation[place] / Starts;
        }

        foreach (var place in new[] { 0, 2, 3, 4 })
            Assert.InRange(Math.Sqrt(squares[place]), 0.0094, 0.0106);
    }
}
