using StreamLearn.Simulation.Control;
using StreamLearn.Simulation.Control.Mechanics;

namespace StreamLearn.Simulation.Tests.Control;

public sealed class ReacherTests
{
    private const double Step = 0.02;

    [Fact]
    public void Given_the_links_then_their_inertia_is_the_one_by_hand()
    {
        var physics = new ReacherPhysics(Step);
        physics.Start(0.3, 0, shoulderVelocity: 1);
        Assert.Equal(7.61852e-4, physics.Energy, 1e-9);

        physics.Start(0.3, 1, wristVelocity: 1);
        Assert.Equal(9.43368e-5, physics.Energy, 1e-9);
    }

    [Fact]
    public void Given_no_damping_and_no_torque_then_energy_and_angular_momentum_are_kept_the_better_the_smaller_the_step()
    {
        var coarse = Errors(1e-3);
        var fine = Errors(1e-4);

        // Semi-implicit Euler is of first order.
        Assert.InRange(fine.Energy, 0, 0.002);
        Assert.InRange(coarse.Energy / fine.Energy, 7, 14);
        Assert.InRange(fine.Momentum, 0, 0.002);
        Assert.InRange(coarse.Momentum / fine.Momentum, 7, 14);

        static (double Energy, double Momentum) Errors(double step)
        {
            var physics = new ReacherPhysics(step, damping: 0);
            physics.Start(0, 1.5, 3, -2);
            var (energy, momentum) = (physics.Energy, physics.AngularMomentum);
            var (energyError, momentumError) = (0.0, 0.0);
            for (var time = 0.0; time < 0.6; time += step)
            {
                physics.Advance(0, 0);
                Assert.InRange(Math.Abs(physics.Wrist), 0, ReacherPhysics.WristBound);
                energyError = Math.Max(energyError, Math.Abs(physics.Energy / energy - 1));
                momentumError = Math.Max(momentumError, Math.Abs(physics.AngularMomentum / momentum - 1));
            }

            return (energyError, momentumError);
        }
    }

    [Fact]
    public void Given_the_step_of_the_suite_and_its_damping_then_the_arm_comes_to_rest_and_energy_never_grows()
    {
        var physics = new ReacherPhysics(Step);
        physics.Start(0, 0.5, 4, -3);
        var energy = physics.Energy;
        for (var frame = 0; frame < 500; frame++)
        {
            physics.Advance(0, 0);
            Assert.InRange(physics.Energy, 0, energy * (1 + 1e-9));
            energy = physics.Energy;
        }

        Assert.Equal(0, energy, 1e-9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Given_full_torque_on_the_wrist_then_its_stop_holds_it(int side)
    {
        var physics = new ReacherPhysics(Step);
        physics.Start(0, 0);
        for (var frame = 0; frame < 500; frame++)
        {
            physics.Advance(0, 0.05 * side);
            Assert.InRange(side * physics.Wrist, -0.01, ReacherPhysics.WristBound + 0.2);
        }

        Assert.InRange(side * physics.Wrist, ReacherPhysics.WristBound, ReacherPhysics.WristBound + 0.1);
        Assert.Equal(0, physics.WristVelocity, 0.05);
    }

    [Fact]
    public void Given_a_torque_on_the_shoulder_then_it_soon_turns_at_torque_over_damping()
    {
        var physics = new ReacherPhysics(Step);
        physics.Start(0, 0);
        for (var frame = 0; frame < 1000; frame++)
            physics.Advance(0.05, 0);

        Assert.Equal(5, physics.ShoulderVelocity, 0.01);
    }

    [Fact]
    public void Given_a_state_then_angles_the_way_to_the_target_and_velocities_are_observed()
    {
        var world = new Reacher(isHard: false, 1);
        var observation = new float[6];
        world.ResetTo(Math.PI / 2, -Math.PI / 2, 0.1, -0.05);
        world.Observe(observation);

        // The arm points up, the hand to the right: the finger is at (0.12, 0.12).
        float[] expected = [(float)(Math.PI / 2), -(float)(Math.PI / 2), -0.02f, -0.17f, 0, 0];
        for (var place = 0; place < 6; place++)
            Assert.Equal(expected[place], observation[place], 1e-6f);
    }

    [Theory]
    [InlineData(false, 0.059, 1)]
    [InlineData(false, 0.061, 0)]
    [InlineData(true, 0.024, 1)]
    [InlineData(true, 0.026, 0)]
    public void Given_a_distance_then_the_reward_is_1_if_finger_and_target_touch(bool isHard, double distance, double expected)
    {
        var world = new Reacher(isHard, 1);
        world.ResetTo(0, 0, 0.24 - distance, 0);

        Assert.Equal(expected, world.Step([0, 0]).Reward);
    }

    [Fact]
    public void Given_many_starts_then_they_fill_the_ranges_of_the_suite()
    {
        var world = new Reacher(isHard: true, 5);
        var observation = new float[6];
        var (least, most) = (Enumerable.Repeat(9.0, 3).ToArray(), new double[] { -9, -9, -9 });
        for (var start = 0; start < 2000; start++)
        {
            world.Reset();
            world.Observe(observation);
            var (shoulder, wrist) = (observation[0], observation[1]);
            var x = observation[2] + 0.12 * Math.Cos(shoulder) + 0.12 * Math.Cos(shoulder + wrist);
            var y = observation[3] + 0.12 * Math.Sin(shoulder) + 0.12 * Math.Sin(shoulder + wrist);
            double[] found = [shoulder, wrist, Math.Sqrt(x * x + y * y)];
            for (var place = 0; place < 3; place++)
                (least[place], most[place]) = (Math.Min(least[place], found[place]), Math.Max(most[place], found[place]));
            Assert.Equal([0, 0], observation[4..]);
        }

        Assert.Equal([-Math.PI, -ReacherPhysics.WristBound, 0.05], least, Near);
        Assert.Equal([Math.PI, ReacherPhysics.WristBound, 0.2], most, Near);

        static bool Near(double expected, double found) => Math.Abs(expected - found) < 0.02;
    }
}
